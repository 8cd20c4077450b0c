// Files that are dropped on a part of the page or pasted into it.

const hasFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");

/**
 * Call `take(files, pasted)` for files dropped on `zone` or pasted while `listens()`; `over(yes)` while they are held above it.
 * A file dropped beside it is ignored, where a browser would leave the page to show it. Returns what ends it.
 */
export function catchFiles({ zone, paste, take, over, listens }) {
  let depth = 0;
  zone.dataset.dropZone = "";
  const ending = new AbortController();
  const on = (target, name, handle) => target.addEventListener(name, handle, { signal: ending.signal });
  const leave = () => {
    depth = 0;
    over(false);
  };
  on(window, "dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = event.target.closest?.("[data-drop-zone]") ? "copy" : "none"; // ours or another's
  });
  on(window, "drop", (event) => hasFiles(event) && event.preventDefault());
  on(zone, "dragenter", (event) => {
    if (hasFiles(event) && ++depth === 1) over(true);
  });
  on(zone, "dragleave", (event) => {
    if (hasFiles(event) && --depth <= 0) leave();
  });
  on(zone, "drop", (event) => {
    if (!hasFiles(event)) return;
    leave();
    take([...event.dataTransfer.files], false);
  });
  on(paste, "paste", (event) => {
    const files = [...(event.clipboardData?.files || [])];
    const typing = event.target.closest?.("input, textarea");
    const words = event.clipboardData?.getData("text/plain");
    if (!files.length || (typing && words) || (listens && !listens())) return; // a table's cells come as text and as a picture
    event.preventDefault();
    take(files, true);
  });
  return () => ending.abort();
}
