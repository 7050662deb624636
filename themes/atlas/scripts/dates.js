// Shows dates as relative times ("3 months ago"), with the date itself as title.
import { language } from "./site.js";

const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", numberingSystem: "latn" });
const units = [["year", 365], ["month", 30.4], ["week", 7], ["day", 1]];

for (const time of document.querySelectorAll("time[data-relative]")) {
  const days = Math.round((Date.parse(time.dateTime) - Date.now()) / 86_400_000);
  const [unit, length] = units.find(([, length]) => Math.abs(days) >= length * 1.5) ?? ["day", 1];
  time.title = time.textContent;
  time.textContent = relative.format(Math.round(days / length), unit);
}
