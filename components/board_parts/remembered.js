/** What the browser keeps under this name; an empty list when there is nothing that can be read. */
export function remembered(name, store = localStorage) {
  try {
    return JSON.parse(store.getItem(name)) || [];
  } catch {
    return [];
  }
}
