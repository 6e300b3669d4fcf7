// Ordinary faults of a page, found by computation: names of controls, contrast of texts, labels, headings, width.
(() => {
  const faults = [], shown = node => node.checkVisibility({checkOpacity: false, checkVisibilityCSS: true});
  const name = node => (node.getAttribute("aria-label") || document.getElementById(node.getAttribute("aria-labelledby") || "")?.textContent || node.labels?.[0]?.textContent || node.textContent || "").trim();
  for (const node of document.querySelectorAll("button, a[href], input, [tabindex='0'], [role=slider], dialog")) if (!name(node)) faults.push(`no name: ${node.outerHTML.slice(0, 90)}`);
  for (const node of document.querySelectorAll("[role=img]")) if (!node.getAttribute("aria-label")) faults.push(`a picture without words: ${node.outerHTML.slice(0, 90)}`);
  const ids = [...document.querySelectorAll("[id]")].map(node => node.id);
  for (const id of new Set(ids)) if (ids.filter(one => one === id).length > 1) faults.push(`two elements are called ${id}`);
  for (const [attribute] of [["aria-labelledby"], ["aria-describedby"], ["aria-controls"]]) {
    for (const node of document.querySelectorAll(`[${attribute}]`)) if (!document.getElementById(node.getAttribute(attribute))) faults.push(`${attribute} leads nowhere: ${node.getAttribute(attribute)}`);
  }
  if (document.querySelectorAll("h1").length !== 1) faults.push("not exactly one h1");
  if (document.querySelectorAll("main").length !== 1 || !document.documentElement.lang) faults.push("no main or no language");
  for (const head of document.querySelectorAll("th")) if (!head.getAttribute("scope")) faults.push("a table head without scope");
  const channel = part => { const c = part / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = text => (text.match(/[\d.]+/g) || []).map(Number);
  const ground = node => { for (let at = node; at; at = at.parentElement) { const colour = parts(getComputedStyle(at).backgroundColor); if (colour.length === 3 || colour[3] > 0.99) return colour; } return [255, 255, 255]; };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !shown(node) || node.closest(".old, :disabled, .skip")) continue;
    const style = getComputedStyle(node), a = light(parts(style.color)), b = light(ground(node));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) faults.push(`contrast ${ratio.toFixed(2)} of "${walker.currentNode.textContent.trim().slice(0, 30)}"`);
  }
  if (document.documentElement.scrollWidth > innerWidth) faults.push(`wider (${document.documentElement.scrollWidth} px) than the window (${innerWidth} px)`);
  return [...new Set(faults)];
})()
