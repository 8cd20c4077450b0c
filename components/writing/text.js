// Sentences with blanks, and lengths as the server counts them.

/** The sentence with its {blanks} filled. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => values[name] ?? blank);
}

/** How many characters the server counts: an emoji is one, however many units a browser needs for it. */
export function lettersIn(text) {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
