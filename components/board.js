// The board: columns of cards that are data. It asks for every move and shows what the server says is so.
import * as Vue from "vue";
import { Icon } from "ticket-parts";
import { aside } from "ticket-parts/aside.js";
import { BoardCard } from "board-parts/card.js";
import { since } from "board-parts/spans.js";
import { Dragging } from "board-parts/dragging.js";
import { keys } from "board-parts/keys.js";
import { beside } from "board-parts/beside.js";
import { held } from "board-parts/held.js";
import { menu } from "board-parts/menu.js";
import { places } from "board-parts/places.js";
import { remembered } from "board-parts/remembered.js";

const AT_ONCE = 8; // cards of a column that are drawn at once; the others follow while the browser has nothing else to do
const NEAR = 400; // pixels before a column's end at which its following cards are asked for

export default {
  components: { Icon, BoardCard },
  inheritAttrs: false,
  props: { columns: String, present: Object, statuses: Array, kinds: Object, impacts: Object, hours: Object, words: Object, language: String, sprite: String },
  emits: ["ready", "move", "place", "unplace", "take", "more"],
  template: `
    <div class="board" :id="$attrs.id" :class="{ dragging: drag, holding: hold }">
      <p class="visually-hidden" role="status" aria-live="assertive">{{ said }}</p>
      <p class="visually-hidden" role="status" aria-live="polite">{{ heard }}</p>
      <p class="visually-hidden" id="board-keys">{{ words.keys }}</p>
      <div class="board-missed" v-if="missed.size" role="status">
        <span>{{ words.missed }}: {{ missed.size }}</span>
        <button type="button" class="button quiet dense" @click="toMissed">{{ words.to_missed }}</button>
        <button type="button" class="button quiet dense" @click="missed.clear()">{{ words.clear_missed }}</button>
      </div>
      <nav class="board-switch" :aria-label="words.switch">
        <button v-for="status in visible" :key="status.code" type="button" :aria-current="near === status.code ? 'true' : null" :aria-label="status.label + ': ' + (heads[status.code]?.count ?? 0)" @click="toColumn(status.code)">
          <svg class="icon" aria-hidden="true"><use :href="status.icon"></use></svg><span>{{ heads[status.code]?.count ?? 0 }}</span>
        </button>
      </nav>
      <div class="board-columns" ref="columns" @pointerdown="press" @keydown="key" @scroll.passive="swiped" @dragstart.prevent>
        <section v-for="status in visible" :key="status.code" class="board-column" :class="[standing(status.code), { folded: folded.has(status.code) }]" :data-status="status.code" :aria-labelledby="'board-' + status.code">
          <header class="board-head">
            <span class="board-icon" :class="'status-' + status.code"><svg class="icon" aria-hidden="true"><use :href="status.icon"></use></svg></span>
            <h2 :id="'board-' + status.code">{{ status.label }}</h2>
            <span class="board-count" :title="words.count">{{ heads[status.code]?.count ?? 0 }}</span>
            <button type="button" class="board-fold" :aria-expanded="folded.has(status.code) ? 'false' : 'true'" :aria-label="words.fold + ' ' + status.label" :title="words.fold_hint" @click="fold(status.code)"><Icon :name="folded.has(status.code) ? 'chevron-right' : 'chevron-left'" :sprite="sprite" /></button>
            <span class="board-oldest">{{ note(status) }}</span>
          </header>
          <p v-if="refusal(status.code)" class="board-why"><Icon name="circle-x" :sprite="sprite" />{{ refusal(status.code) }}</p>
          <ul v-if="!folded.has(status.code)" class="board-cards" :aria-labelledby="'board-' + status.code" @scroll.passive="scrolled(status.code, $event)">
            <BoardCard v-for="row in shown(status.code).slice(0, depth)" :key="row.pk" :row="row" :board="shared" :current="row.pk === current" :entry="row.pk === entry(status.code)" :lifted="row.pk === (drag?.pk ?? hold?.pk)"
              :pending="moving.has(row.pk)" :recent="recent.has(row.pk)" :missed="missed.has(row.pk)" :opened="row.id === aside.ticket" :people="people[row.id]" :line="line(row)" @menu="openMenu(row, $event)" @seen="saw(row)" />
            <li v-if="line(null, status.code)" class="board-line" role="presentation"></li>
            <li v-if="!shown(status.code).length" class="board-none">{{ words.nothing }}</li>
            <li v-if="more(status.code)" class="board-more"><button type="button" class="button quiet dense" :aria-busy="asking.has(status.code) ? 'true' : null" @click="ask(status.code)">{{ words.more }}</button></li>
            <li v-if="status.older" class="board-older"><a class="link" :href="status.older">{{ words.older }}</a></li>
          </ul>
        </section>
      </div>
      <div popover class="menu-list board-menu" ref="menu" :aria-label="opened ? words.actions + ' ' + opened.id : null" @toggle="toggled" @keydown="inMenu">
        <template v-if="opened">
          <a :href="'/tickets/' + opened.id" @click="openFromMenu"><Icon name="panel-left" :sprite="sprite" />{{ words.open }}</a>
          <button v-if="opened.takeable" type="button" @click="choose('take')"><Icon name="hand" :sprite="sprite" />{{ words.take }}</button>
          <hr v-if="opened.moves.length">
          <p v-if="opened.moves.length" class="menu-label">{{ words.move_to }}</p>
          <button v-for="to in opened.moves" :key="to" type="button" @click="choose('move', to)"><svg class="icon" aria-hidden="true"><use :href="byCode[to].icon"></use></svg>{{ byCode[to].label }}</button>
          <hr>
          <p class="menu-label">{{ words.own_order }}</p>
          <button type="button" @click="choose('up')"><Icon name="arrow-up" :sprite="sprite" />{{ words.up }}</button>
          <button type="button" @click="choose('down')"><Icon name="arrow-down" :sprite="sprite" />{{ words.down }}</button>
          <button v-if="opened.placed" type="button" @click="choose('unplace')"><Icon name="list-ordered" :sprite="sprite" />{{ words.by_rule }}</button>
        </template>
      </div>
    </div>`,
  data() {
    return {
      cards: Vue.shallowReactive(new Map()), // pk → what the server said last
      order: {}, // status → the pks that are here, in order
      heads: {}, // status → { count, oldest }
      moving: Vue.shallowReactive(new Map()), // pk → { to, before }: asked for, not answered yet
      recent: Vue.reactive(new Set()),
      missed: Vue.reactive(new Set()),
      asking: Vue.reactive(new Set()),
      folded: Vue.reactive(new Set(remembered("board.folded"))),
      people: this.present || {}, // ticket → who else is there
      depth: AT_ONCE,
      drag: null,
      hold: null,
      current: null,
      opened: null,
      aside, // what is open beside the board
      near: this.statuses[0].code,
      said: "", // in answer to what the keyboard did
      heard: "", // what others did
    };
  },
  computed: {
    /** The columns that the filter lets through. */
    visible() {
      return this.statuses.filter(({ code }) => this.order[code]);
    },
    byCode() {
      return Object.fromEntries(this.statuses.map((status) => [status.code, status]));
    },
    shared() {
      return { kinds: this.kinds, impacts: this.impacts, hours: this.hours, words: this.words, language: this.language, sprite: this.sprite };
    },
  },
  created() {
    if (this.columns) this.fill(JSON.parse(this.columns));
  },
  mounted() {
    this.dragging = new Dragging(this);
    this.endShortcuts = this.hearShortcuts();
    this.restore();
    this.deepen();
    this.followAside();
    this.$emit("ready");
  },
  beforeUnmount() {
    cancelWhenIdle(this.deepening);
    this.dragging.end();
    this.endShortcuts();
    this.remember();
  },
  methods: {
    ...held,
    ...menu,
    ...keys,
    ...places,
    ...beside,

    // what is drawn

    shown(status) {
      const rows = (this.order[status] || []).filter((pk) => !this.moving.has(pk)).map((pk) => this.cards.get(pk));
      for (const [pk, { to, before }] of this.moving) {
        const row = this.cards.get(pk);
        if (!row || to !== status) continue;
        const at = before === undefined ? 0 : rows.findIndex((other) => other.pk === before);
        rows.splice(at < 0 ? rows.length : at, 0, row);
      }
      return rows;
    },
    /** The card by which the keyboard enters a column: the one it stood on last, or the first. */
    entry(status) {
      const row = this.cards.get(this.current);
      return row && this.columnOf(row) === status ? row.pk : this.shown(status)[0]?.pk;
    },
    more(status) {
      return this.heads[status]?.more;
    },
    note({ code, note }) {
      const oldest = this.oldest(code);
      return [note, oldest && `${this.words.oldest} ${oldest}`].filter(Boolean).join(", ") || this.words.calm;
    },
    oldest(status) {
      const at = this.heads[status]?.oldest;
      return at ? since(at, this.language) : "";
    },
    /** What a column says to the card that is on its way: its own place, yes, or no. */
    standing(status) {
      const carried = this.carried();
      if (!carried) return "";
      const over = (this.drag?.over ?? this.hold?.to) === status ? " over" : "";
      if (carried.status === status) return "from" + over;
      return (carried.moves.includes(status) ? "allowed" : "refused") + over;
    },
    refusal(status) {
      const carried = this.carried();
      if (!carried || carried.status === status || carried.moves.includes(status)) return "";
      return this.byCode[status].why[carried.status] || this.words.not_here;
    },
    /** Whether the line that shows where the card would come stands before this row (or at the column's end). */
    line(row, status) {
      const going = this.drag || this.hold;
      const carried = this.carried();
      if (!carried || (going.over ?? going.to) !== carried.status || going.before === undefined) return false;
      return row ? going.before === row.pk : status === carried.status && going.before === null;
    },
    carried() {
      const going = this.drag || this.hold;
      return going ? this.cards.get(going.pk) : null;
    },

    // what a person asks for

    press(event) {
      this.dragging.press(event);
    },
    drop(pk, to, before) {
      const row = this.cards.get(pk);
      if (!row) return;
      if (to === row.status) {
        this.reorder(row, before);
        return;
      }
      if (!row.moves.includes(to)) {
        this.said = `${row.id}: ${this.byCode[to].why[row.status] || this.words.not_here}`;
      } else if (!this.byCode[to].asks) {
        this.moving.set(pk, { to });
      }
      this.after = { pk, part: "card" }; // where the keyboard goes when the dialog in between has gone
      this.$emit("move", { id: row.id, to, version: row.version }); // a refusal is the server's word
      this.$nextTick(() => this.refocus({ pk, part: "card" }, true));
    },
    reorder(row, before) {
      const next = before == null ? null : before;
      const was = this.order[row.status];
      if (before === undefined || (was[was.indexOf(row.pk) + 1] ?? null) === next) return;
      this.moving.set(row.pk, { to: row.status, before: next ?? -1 });
      this.$emit("place", { id: row.id, before: this.cards.get(next)?.id || "" });
      this.$nextTick(() => this.refocus({ pk: row.pk, part: "card" }, true));
    },
    /** One up or down in one's own order. */
    shift(row, step) {
      const rows = this.shown(row.status);
      const at = rows.indexOf(row);
      const to = at + step;
      if (to < 0 || to >= rows.length) return;
      const before = step < 0 ? rows[to].pk : rows[to + 1]?.pk ?? null;
      this.reorder(row, before);
    },
    ask(status) {
      if (this.asking.has(status)) return;
      this.asking.add(status);
      this.$emit("more", { status });
    },
    scrolled(status, { target }) {
      if (this.more(status) && target.scrollTop + target.clientHeight > target.scrollHeight - NEAR) this.ask(status);
    },

    // looking about

    saw(row) {
      this.current = row.pk;
      this.missed.delete(row.pk);
    },
    toMissed() {
      const [pk] = this.missed;
      const { status } = this.cards.get(pk);
      this.folded.delete(status);
      this.$nextTick(() => this.refocus({ pk, part: "card" }, true, true));
    },
    first() {
      for (const { code } of this.visible) if (this.order[code]?.length && !this.folded.has(code)) return this.order[code][0];
      return null;
    },
    fold(status) {
      this.folded.has(status) ? this.folded.delete(status) : this.folded.add(status);
      localStorage.setItem("board.folded", JSON.stringify([...this.folded]));
    },
    toColumn(status) {
      this.folded.delete(status);
      this.near = status;
      this.$nextTick(() => this.column(status).scrollIntoView({ inline: "start", block: "nearest", behavior: "smooth" }));
    },
    swiped() {
      cancelAnimationFrame(this.swipe);
      this.swipe = requestAnimationFrame(() => {
        const left = this.$refs.columns?.getBoundingClientRect().left;
        const columns = [...(this.$refs.columns?.children || [])];
        const at = columns.find((column) => column.getBoundingClientRect().right - left > column.offsetWidth / 2);
        if (at) this.near = at.dataset.status;
      });
    },
    column(status) {
      return this.$refs.columns.querySelector(`[data-status="${status}"]`);
    },
    cardElement(pk) {
      return this.$refs.columns.querySelector(`[data-pk="${pk}"]`);
    },
    /** Draw what is further down, a little at a time: what a window shows is there before. */
    deepen() {
      if (Object.values(this.order).every((list) => list.length <= this.depth)) {
        this.depth = Infinity;
        return;
      }
      this.deepening = whenIdle(() => {
        this.depth += AT_ONCE;
        this.$nextTick(this.deepen);
      });
    },
  },
};

// Safari has no idle callbacks.
const whenIdle = window.requestIdleCallback || ((act) => setTimeout(act, 50));
const cancelWhenIdle = window.cancelIdleCallback || clearTimeout;
