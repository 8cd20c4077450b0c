// Where somebody stands on the board: the keyboard's card, and what was scrolled to when they come back. Methods of the board.
import { remembered } from "board-parts/remembered.js";

export const places = {
  /** Where the keyboard stands: on a card, its link or its menu button. */
  focused() {
    const card = document.activeElement?.closest?.(".board-card");
    if (!card || !this.$el.contains(card)) return null;
    const part = document.activeElement === card ? "card" : document.activeElement.dataset.part;
    return { pk: Number(card.dataset.pk), part };
  },
  refocus(place, always = false, scroll = false) {
    if (!place || (!always && document.activeElement !== document.body) || document.querySelector("dialog[open]")) return;
    const card = this.cardElement(place.pk) || this.cardElement(this.current);
    const target = place.part === "card" ? card : card?.querySelector(`[data-part="${place.part}"]`);
    (target || card)?.focus({ preventScroll: !scroll });
    if (always) card?.scrollIntoView({ block: "nearest", inline: "nearest" });
  },
  remember() {
    const lists = [...this.$refs.columns.querySelectorAll(".board-column")].map((column) => column.querySelector(".board-cards")?.scrollTop || 0);
    sessionStorage.setItem("board.place", JSON.stringify({ address: this.address, left: this.$refs.columns.scrollLeft, lists, current: this.current }));
  },
  /** Back from a ticket, the board stands as it was left. */
  restore() {
    this.address = placeOf(location);
    const { address, left, lists, current } = remembered("board.place", sessionStorage) || {};
    if (address !== this.address) return;
    if (this.cards.has(current)) this.current = current;
    if (!left && lists.every((top) => !top)) return;
    this.depth = Infinity;
    this.$nextTick(() => {
      this.$refs.columns.scrollLeft = left;
      this.$refs.columns.querySelectorAll(".board-column").forEach((column, at) => {
        const list = column.querySelector(".board-cards");
        if (list) list.scrollTop = lists[at] || 0;
      });
    });
  },
};

/** The address without the ticket that is open beside it. */
function placeOf({ pathname, search }) {
  const parameters = new URLSearchParams(search);
  parameters.delete("ticket");
  return `${pathname}?${parameters}`;
}
