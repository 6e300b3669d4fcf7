// Time charts and histograms on canvas, without any dependency. The data format is described in README.md beside this file.
// Nothing here writes HTML from text: names and values only ever become text nodes, so that hostile names stay harmless.

import {Histogram} from "./chart-histogram.js";
import {clock, decimate, moment, niceTicks, number} from "./chart-numbers.js";
import {TimeChart} from "./chart-time.js";
import {TimeView} from "./chart-view.js";

export {Histogram, TimeChart, TimeView, clock, decimate, moment, niceTicks, number};

// For pages that cannot import, as a report: its script is all of this in one piece (neo/infra/report/page_assets.py).
globalThis.NeoCharts = {Histogram, TimeChart, TimeView, clock, decimate, moment, niceTicks, number};
