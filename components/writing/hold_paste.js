// A text too long to be a comment is kept out of the field when it is pasted: browsers stand still over a megabyte in a textarea.
import { lettersIn } from "./text.js";

/** Call `hold(area, text, length)` for a paste into a textarea within `zone` that alone is over `limit` characters. Returns what ends it. */
export function holdPaste(zone, limit, hold) {
  const ending = new AbortController();
  const pasted = (event) => {
    if (event.target.tagName !== "TEXTAREA") return;
    const text = event.clipboardData?.getData("text/plain") || "";
    if (text.length <= limit) return;
    const length = lettersIn(text);
    if (length <= limit) return;
    event.preventDefault();
    event.stopPropagation();
    hold(event.target, text, length);
  };
  zone.addEventListener("paste", pasted, { capture: true, signal: ending.signal });
  return () => ending.abort();
}
