// The board by keyboard: one card of each column is in the tab order; arrows walk, space picks up and drops, Enter opens.
// While a ticket is open beside the board, J and K open the following and the preceding one.
import { actAside, aside } from "ticket-parts/aside.js";

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

export const keys = {
  key(event) {
    const card = event.target.closest(".board-card");
    if (!card || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = this.cards.get(Number(card.dataset.pk));
    const onCard = event.target === card;
    const act = row && this.keyed(event, row, onCard);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  },
  /** What the key does, if it does anything here. */
  keyed(event, row, onCard) {
    const step = STEPS[event.key];
    if (this.hold) {
      if (step) return () => this.carry(...step);
      if (event.key === " " || event.key === "Enter") return () => this.lay();
      if (event.key === "Escape") return () => this.putBack();
      if (event.key === "Tab") return () => {}; // nothing is left behind in the air
      return null;
    }
    if (step) return () => this.walk(row, ...step);
    if (event.key === "Home" || event.key === "End") return () => this.toEnd(row, event.key === "Home");
    if (!onCard) return null;
    if (event.key === " ") return () => this.pickUp(row);
    if (event.key === "Enter") return () => this.cardElement(row.pk).querySelector("a").click();
    if (event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey)) return () => this.openMenu(row, this.cardElement(row.pk).querySelector("[data-part=menu]"));
    return null;
  },
  /** Keys that the portal's table of shortcuts gives to the board; `end` lets go of them. */
  hearShortcuts() {
    const heard = {
      "list.next": (row) => this.walk(row, 0, 1),
      "list.previous": (row) => this.walk(row, 0, -1),
      "list.reply": (row) => actAside(row.id, "reply"),
      "list.note": (row) => actAside(row.id, "note"),
      "list.assign": (row) => actAside(row.id, "assign"),
      "board.menu": (row) => this.openMenu(row, this.cardElement(row.pk).querySelector("[data-part=menu]")),
    };
    const ends = Object.entries(heard).map(([name, act]) => {
      const hear = (event) => {
        event.preventDefault();
        const place = this.focused();
        const row = this.cards.get(place ? place.pk : this.current);
        const way = name.split(".")[1];
        if (aside.ticket && way in aside) return aside[way] && aside.show(aside[way]);
        if (!row || this.hold) return;
        if (place || name === "board.menu") act(row);
        else this.stand(row, "card");
      };
      document.addEventListener(`portal:${name}`, hear);
      return () => document.removeEventListener(`portal:${name}`, hear);
    });
    return () => ends.forEach((end) => end());
  },
  walk(row, across, down) {
    const place = this.focused() || { part: "card" };
    const rows = this.shown(this.columnOf(row));
    const at = rows.indexOf(row);
    const next = down ? rows[at + down] : this.beside(row, at, across);
    if (next) this.stand(next, place.part);
  },
  /** The card at the same height in the next column that has any. */
  beside(row, at, step) {
    const codes = this.open();
    const card = this.cardElement(row.pk).getBoundingClientRect();
    for (let next = codes.indexOf(this.columnOf(row)) + step; codes[next]; next += step) {
      const rows = this.shown(codes[next]);
      if (!rows.length) continue;
      return rows.find((other) => this.cardElement(other.pk)?.getBoundingClientRect().bottom > card.top + 8) || rows[rows.length - 1];
    }
    return null;
  },
  toEnd(row, first) {
    const rows = this.shown(this.columnOf(row));
    this.stand(first ? rows[0] : rows[rows.length - 1], "card");
  },
  stand(row, part) {
    this.current = row.pk;
    this.$nextTick(() => this.refocus({ pk: row.pk, part }, true));
  },
  columnOf(row) {
    return this.moving.get(row.pk)?.to || row.status;
  },
  open() {
    return this.visible.map((status) => status.code).filter((code) => !this.folded.has(code));
  },

  pickUp(row) {
    if (this.moving.has(row.pk)) return;
    this.hold = { pk: row.pk, to: row.status, before: undefined };
    this.said = `${row.id}: ${this.words.picked_up}`;
  },
  carry(across, down) {
    const row = this.cards.get(this.hold.pk);
    if (across) this.carryAcross(row, across);
    else if (this.hold.to === row.status) this.carryAlong(row, down);
  },
  carryAcross(row, step) {
    const codes = this.visible.map((status) => status.code);
    const to = codes[codes.indexOf(this.hold.to) + step];
    if (!to) return;
    this.hold = { ...this.hold, to, before: undefined };
    const { label, why } = this.byCode[to];
    const answer = to === row.status ? this.words.own_place : row.moves.includes(to) ? this.words.may : why[row.status] || this.words.not_here;
    this.said = `${label}: ${answer}`;
    this.column(to).scrollIntoView({ inline: "nearest", block: "nearest" });
  },
  carryAlong(row, step) {
    const others = this.shown(row.status).filter((other) => other.pk !== row.pk);
    const own = this.order[row.status].indexOf(row.pk);
    const at = this.hold.before === undefined ? own : this.hold.before === null ? others.length : others.findIndex((other) => other.pk === this.hold.before);
    const next = Math.max(0, Math.min(others.length, at + step));
    this.hold = { ...this.hold, before: others[next]?.pk ?? null };
    this.said = `${next + 1} ${this.words.of} ${others.length + 1}`;
    this.cardElement(this.hold.before ?? row.pk)?.scrollIntoView({ block: "nearest" });
  },
  lay() {
    const { pk, to, before } = this.hold;
    const row = this.cards.get(pk);
    this.hold = null;
    if (to === row.status && before === undefined) {
      this.said = `${row.id}: ${this.words.put_back}`;
      return;
    }
    this.drop(pk, to, before);
  },
  putBack() {
    const row = this.cards.get(this.hold.pk);
    this.hold = null;
    this.said = `${row.id}: ${this.words.put_back}`;
  },
};
