// The one ticket that stands open beside a list. The panel has it, the list walks on from it and marks it, the bar above
// it shows whether there is anything before and after.
import * as Vue from "vue";

const WIDE = matchMedia("(min-width: 1100px)"); // as in ticket_panel.css

/** `lists(id)` is the list's own word whether that ticket stands in it. */
export const aside = Vue.reactive({ ticket: "", previous: "", next: "", show: null, close: null, lists: null });

/** Open the ticket of a link beside the list, where there is room; otherwise the link leads to its page, as links do. */
export function openAside(event, id) {
  if (!aside.show || !WIDE.matches || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  aside.show(id);
}

/** Open that ticket beside the list and go on at once with what a key asked for there: 'reply', 'note', 'assign', 'move'. */
export function actAside(id, deed) {
  aside.show?.(id, deed);
}

/** Say what stands before and after the open ticket. What an answer or a move does to its place leads nobody astray: one
 *  goes on in the order `met` when it was opened, to what is still in the list, and then to what came to it since. */
export function walkAlong(ids, met) {
  const at = met.indexOf(aside.ticket);
  const here = new Set(ids);
  aside.previous = met.slice(0, Math.max(0, at)).findLast((id) => here.has(id)) || "";
  aside.next = (at >= 0 && (met.slice(at + 1).find((id) => here.has(id)) || ids.find((id) => !met.includes(id)))) || "";
}
