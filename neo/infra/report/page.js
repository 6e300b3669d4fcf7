"use strict";
// Draws what stands in the block of data. Charts share one view: zooming one zooms all.
(() => {
  const drawings = JSON.parse(document.getElementById("drawings").textContent);
  const view = new NeoCharts.TimeView(null);
  for (const host of document.querySelectorAll("[data-drawing]")) {
    new NeoCharts.TimeChart(host, drawings[Number(host.dataset.drawing)], view);
  }
})();
