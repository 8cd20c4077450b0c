// Carrying a card with a mouse, a pen or a finger: pointer events, so that all of them are one.

const FAR = 6; // pixels that a mouse moves before it carries
const LONG = 380; // milliseconds that a finger rests before it carries; until then it scrolls
const EDGE = 56; // pixels from an edge where what is below starts to scroll
const FAST = 16; // pixels a frame at most

export class Dragging {
  constructor(board) {
    this.board = board;
    this.listeners = null;
  }

  press(event) {
    if (event.button !== 0 || this.listeners || event.target.closest("button, .board-head")) return;
    const card = event.target.closest(".board-card");
    if (!card || this.board.moving.has(Number(card.dataset.pk))) return;
    this.card = card;
    this.pointer = event.pointerId;
    this.from = { x: event.clientX, y: event.clientY };
    this.at = this.from;
    this.touch = event.pointerType === "touch";
    if (this.touch) this.timer = setTimeout(() => this.lift(), LONG);
    this.listen();
  }

  listen() {
    const ends = new AbortController();
    this.listeners = ends;
    const on = (name, act, more = {}) => window.addEventListener(name, act, { signal: ends.signal, ...more });
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => event.pointerId === this.pointer && this.release());
    on("pointercancel", () => this.cancel());
    on("touchmove", (event) => this.ghost && event.preventDefault(), { passive: false });
    on("contextmenu", (event) => this.touch && event.preventDefault());
    on("blur", () => this.cancel());
    on("keydown", (event) => {
      if (!this.ghost || event.key !== "Escape") return;
      event.stopPropagation();
      this.cancel();
    }, { capture: true });
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    this.at = { x: event.clientX, y: event.clientY };
    if (this.ghost) {
      event.preventDefault();
      this.follow();
      return;
    }
    const far = Math.hypot(this.at.x - this.from.x, this.at.y - this.from.y) > FAR;
    if (far && this.touch) this.end();
    else if (far) this.lift();
  }

  lift() {
    const { board, card } = this;
    const row = board.cards.get(Number(card.dataset.pk));
    if (!row || !card.isConnected) return this.end();
    const box = card.getBoundingClientRect();
    this.grip = { x: this.from.x - box.left, y: this.from.y - box.top };
    this.ghost = card.cloneNode(true);
    this.ghost.className = `board-card board-ghost${row.unread ? " unread" : ""}`;
    for (const name of ["id", "tabindex", "data-pk", "aria-label", "aria-describedby"]) this.ghost.removeAttribute(name);
    this.ghost.setAttribute("aria-hidden", "true");
    this.ghost.style.width = `${box.width}px`;
    document.body.append(this.ghost);
    getSelection()?.removeAllRanges();
    if (this.touch) navigator.vibrate?.(12);
    board.hold = null;
    board.drag = { pk: row.pk, over: row.status, before: undefined };
    this.follow();
    this.scroll();
  }

  follow() {
    const { x, y } = this.at;
    this.ghost.style.transform = `translate(${x - this.grip.x}px, ${y - this.grip.y}px) rotate(1.2deg)`;
    const under = document.elementFromPoint(x, y);
    const column = under?.closest?.(".board-column");
    const drag = this.board.drag;
    if (!drag) return;
    drag.over = column?.dataset.status || null;
    const row = this.board.cards.get(drag.pk);
    drag.before = row && drag.over === row.status ? this.gap(column, y) : undefined;
  }

  /** The card before which the carried one would come in its own column; null at the end. */
  gap(column, y) {
    for (const card of column.querySelectorAll(".board-card")) {
      if (Number(card.dataset.pk) === this.board.drag.pk) continue;
      const box = card.getBoundingClientRect();
      if (y < box.top + box.height / 2) return Number(card.dataset.pk);
    }
    return null;
  }

  /** Near an edge, what lies there comes into view. */
  scroll() {
    if (!this.ghost) return;
    const columns = this.board.$refs.columns;
    const box = columns.getBoundingClientRect();
    const across = pull(this.at.x, Math.max(box.left, 0), Math.min(box.right, innerWidth));
    if (across) columns.scrollLeft += across;
    const list = this.board.drag?.over && this.board.column(this.board.drag.over)?.querySelector(".board-cards");
    const down = list ? pull(this.at.y, list.getBoundingClientRect().top, Math.min(list.getBoundingClientRect().bottom, innerHeight)) : 0;
    if (down) list.scrollTop += down;
    if (across || down) this.follow();
    requestAnimationFrame(() => this.scroll());
  }

  release() {
    const { board, ghost } = this;
    const drag = board.drag;
    this.end();
    if (!ghost || !drag) return;
    swallowClick();
    const row = board.cards.get(drag.pk);
    if (row && drag.over && (drag.over !== row.status || drag.before !== undefined)) board.drop(drag.pk, drag.over, drag.before);
  }

  cancel() {
    if (this.ghost && this.board.carried()) this.board.said = `${this.board.carried().id}: ${this.board.words.put_back}`;
    this.end();
  }

  end() {
    clearTimeout(this.timer);
    this.listeners?.abort();
    this.listeners = null;
    this.ghost?.remove();
    this.ghost = null;
    this.board.drag = null;
  }
}

function pull(at, start, end) {
  if (at < start + EDGE) return -Math.min(FAST, ((start + EDGE - at) / EDGE) * FAST);
  if (at > end - EDGE) return Math.min(FAST, ((at - end + EDGE) / EDGE) * FAST);
  return 0;
}

/** The release of a carried card is no click on it. */
function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 50);
}
