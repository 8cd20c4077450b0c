// What the server says of the cards, put in under the eyes and fingers of somebody. Methods of the board.
import * as Vue from "vue";
import { byOrder, placed } from "board-parts/order.js";

const RECENT = 1800; // milliseconds for which a changed card is tinted

export const held = {
  fill(columns) {
    this.cards.clear();
    this.moving.clear();
    this.missed.clear();
    this.asking.clear();
    this.order = {};
    this.heads = {};
    for (const { status, cards, ...head } of columns) {
      cards.forEach((row) => this.cards.set(row.pk, Vue.markRaw(Vue.toRaw(row))));
      this.order[status] = cards.map((row) => row.pk);
      this.heads[status] = head;
    }
    if (!this.cards.has(this.current)) this.current = this.first();
  },
  patch({ cards, gone, heads }) {
    this.keeping(() => {
      for (const pk of gone) this.remove(pk);
      for (const row of cards) this.put(row);
      for (const status in heads) this.heads[status] = { ...this.heads[status], ...heads[status] };
    });
  },
  /** The whole board again, as far as it is shown; `cards` are those that are not as they were. */
  renew({ cards, order, heads }) {
    this.keeping(() => {
      for (const row of cards) {
        if (this.cards.has(row.pk)) this.tint(row.pk);
        this.cards.set(row.pk, Vue.markRaw(Vue.toRaw(row)));
      }
      const here = new Set(Object.values(order).flat());
      for (const pk of [...this.cards.keys()]) if (!here.has(pk)) this.remove(pk);
      this.order = order;
      this.heads = heads;
    });
  },
  gather(people) {
    this.people = people;
  },
  append({ status, cards, more }) {
    this.asking.delete(status);
    for (const row of cards) this.put(row, true);
    this.heads[status].more = more;
  },
  /** What was asked for this card is answered: it stands where the server says that it stands. */
  settle(id) {
    this.keeping(() => {
      for (const pk of [...this.moving.keys()]) if (this.cards.get(pk)?.id === id) this.moving.delete(pk);
    });
    this.$nextTick(() => (this.after = null));
  },
  /** Make a change under the eyes and fingers of somebody: what they hold, have open or stand on stays theirs. */
  keeping(change) {
    const place = this.focused();
    change();
    if (this.drag && !this.here(this.drag.pk)) this.dragging.cancel();
    if (this.hold && !this.here(this.hold.pk)) this.hold = null;
    if (this.opened) this.opened = this.cards.get(this.opened.pk) || this.opened;
    if (!this.here(this.current)) this.current = this.first();
    this.$nextTick(() => this.refocus(place || this.after));
  },
  here(pk) {
    const row = this.cards.get(pk);
    return Boolean(row && this.order[row.status]?.includes(pk));
  },
  put(row, quietly = false) {
    const before = this.cards.get(row.pk);
    this.remove(row.pk, true);
    const list = this.order[row.status];
    if (!list) return;
    const own = this.moving.has(row.pk) || this.after?.pk === row.pk;
    if (!quietly && !own && before?.status !== row.status) this.heard = fill(this.words.now_in, { id: row.id, status: this.byCode[row.status].label });
    const last = this.cards.get(list[list.length - 1]);
    this.cards.set(row.pk, Vue.markRaw(Vue.toRaw(row)));
    if (!quietly && this.heads[row.status].more && last && byOrder(last, row) < 0) return; // comes when asked for
    placed(list, row, (pk) => this.cards.get(pk));
    if (!quietly) this.tint(row.pk);
  },
  remove(pk, again = false) {
    const old = this.cards.get(pk);
    if (!old) return;
    const list = this.order[old.status];
    const at = list.indexOf(pk);
    if (at >= 0) list.splice(at, 1);
    if (!again) this.forget(pk);
  },
  forget(pk) {
    this.cards.delete(pk);
    this.moving.delete(pk);
    this.missed.delete(pk);
  },
  tint(pk) {
    if (document.hidden) this.missed.add(pk);
    this.recent.add(pk);
    setTimeout(() => this.recent.delete(pk), RECENT);
  },
};

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
