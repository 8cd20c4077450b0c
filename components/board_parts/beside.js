// The board beside an open ticket: which card that is, what one walks on to, and where the keyboard comes back to.
import * as Vue from "vue";
import { aside, openAside, walkAlong } from "ticket-parts/aside.js";

export const beside = {
  /** Call it when the board is there; it ends with the board. One walks in the column where the ticket stood. */
  followAside() {
    let [last, column, met] = ["", null, []];
    aside.lists = (id) => Boolean(this.rowOf(id));
    Vue.watchEffect(() => {
      const id = aside.ticket;
      const began = id !== last;
      if (began) {
        this.turnTo(id, last);
        column = this.rowOf(id)?.status;
        last = id;
      }
      if (!id) return;
      const ids = this.shown(column).map((row) => row.id);
      if (began) met = ids;
      walkAlong(ids, met);
      if (!aside.next && this.more(column)) this.ask(column);
    });
  },
  turnTo(id, before) {
    const row = this.rowOf(id);
    if (row) this.current = row.pk;
    const back = !id && this.rowOf(before);
    if (back) this.stand(back, "card");
  },
  rowOf(id) {
    return id ? [...this.cards.values()].find((row) => row.id === id) : null;
  },
  openFromMenu(event) {
    const { id } = this.opened;
    openAside(event, id);
    this.$refs.menu.hidePopover();
  },
};
