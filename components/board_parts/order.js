// Cards in the order that the server gave them: `order` is a text, the smaller one stands above.

export function byOrder(a, b) {
  if (a.order === b.order) return a.pk - b.pk;
  return a.order < b.order ? -1 : 1;
}

/** Put the row's pk into the sorted list where it belongs. */
export function placed(list, row, rowOf) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byOrder(rowOf(list[middle]), row) < 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, row.pk);
}
