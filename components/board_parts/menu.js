// The menu of a card: what it offers is chosen by mouse, touch or arrows. Methods of the board.
export const menu = {
  openMenu(row, button) {
    this.current = row.pk;
    this.opened = row;
    this.button = button;
    this.$nextTick(() => this.$refs.menu.showPopover({ source: button }));
  },
  toggled({ newState }) {
    const open = newState === "open";
    this.button?.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.opened = null;
      return;
    }
    hang(this.$refs.menu, this.button);
    this.$refs.menu.querySelector("a, button")?.focus();
  },
  inMenu(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const entries = [...this.$refs.menu.querySelectorAll("a, button")];
    entries[(entries.indexOf(document.activeElement) + step + entries.length) % entries.length]?.focus();
  },
  choose(what, to) {
    const row = this.opened;
    this.$refs.menu.hidePopover();
    if (what === "move") this.drop(row.pk, to);
    else if (what === "take" || what === "unplace") this.$emit(what, { id: row.id });
    else this.shift(row, what === "up" ? -1 : 1);
  },
};

function hang(list, button) {
  const at = button.getBoundingClientRect();
  const below = at.bottom + 4 + list.offsetHeight <= innerHeight || at.top < list.offsetHeight;
  list.style.top = `${Math.max(8, Math.min(below ? at.bottom + 4 : at.top - 4 - list.offsetHeight, innerHeight - list.offsetHeight - 8))}px`;
  const left = at.right - list.offsetWidth >= 8 ? at.right - list.offsetWidth : at.left;
  list.style.left = `${Math.max(8, Math.min(left, innerWidth - list.offsetWidth - 8))}px`;
}
