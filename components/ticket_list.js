// A list of tickets: rows are data, links are real, the arrow keys move between them.
import { Ago, Avatar, Icon } from "ticket-parts";

export default {
  components: { Ago, Avatar, Icon },
  props: { rows: Array, more: Boolean, wide: Boolean, label: String, words: Object, language: String, sprite: String },
  emits: ["more"],
  data() {
    return { list: this.rows, rest: this.more, busy: false, said: "" };
  },
  template: `
    <div class="ticket-list-frame">
      <p class="visually-hidden" role="status">{{ said }}</p>
      <ul v-if="list.length" class="ticket-list" :class="{ wide }" :aria-label="label" @keydown="walk">
        <li v-for="row in list" :key="row.key" class="ticket-row" :class="{ unread: row.unread, finished: row.finished }" v-memo="[row]">
          <span class="ticket-row-status"><span class="badge" :class="'status-' + row.status.code"><svg class="icon" aria-hidden="true"><use :href="row.status.icon"></use></svg><span>{{ row.status.label }}</span></span></span>
          <span class="ticket-row-main">
            <a :href="row.href" class="ticket-row-link">
              <span v-if="row.unread" class="unread-dot" role="img" :aria-label="words.unread"></span>
              <span class="ticket-row-id">{{ row.id }}</span>
              <span class="ticket-row-subject">{{ row.subject }}</span>
            </a>
            <span class="ticket-row-notes">
              <span>{{ row.type }}</span>
              <span v-if="row.impact" class="ticket-row-note" :class="'impact-' + row.impact.code" :title="words.impact"><Icon name="flag" :sprite="sprite" />{{ row.impact.label }}</span>
              <span v-if="row.shared" class="ticket-row-note"><Icon name="users" :sprite="sprite" />{{ row.shared }}</span>
              <span v-if="row.answered" class="ticket-row-note answered"><Icon name="message-square-reply" :sprite="sprite" />{{ words.answered }}</span>
              <span v-if="row.closes" class="ticket-row-note closes"><Icon name="calendar-clock" :sprite="sprite" />{{ row.closes }}</span>
            </span>
          </span>
          <span v-if="wide" class="ticket-row-who"><span>{{ row.who }}</span><small v-if="row.company">{{ row.company }}</small></span>
          <span v-if="wide" class="ticket-row-assignee"><template v-if="row.assignee"><Avatar :person="row.assignee" /><span>{{ row.assignee.name }}</span></template><span v-else class="faint">{{ words.nobody }}</span></span>
          <span class="ticket-row-when"><Ago :at="row.at" :language="language" :just-now="words.just_now" /></span>
        </li>
      </ul>
      <button v-if="rest" type="button" class="button ticket-list-more" :aria-busy="busy ? 'true' : null" @click="ask">{{ words.more }}</button>
    </div>`,
  watch: {
    rows(rows) {
      this.list = rows;
    },
    more(more) {
      this.rest = more;
    },
  },
  mounted() {
    this.next = (event) => this.go(event, 1);
    this.previous = (event) => this.go(event, -1);
    document.addEventListener("portal:list.next", this.next);
    document.addEventListener("portal:list.previous", this.previous);
  },
  unmounted() {
    document.removeEventListener("portal:list.next", this.next);
    document.removeEventListener("portal:list.previous", this.previous);
  },
  methods: {
    /** J and K: from where one stands, or to the first row. */
    go(event, step) {
      event.preventDefault();
      const links = [...this.$el.querySelectorAll(".ticket-row-link")];
      const at = links.indexOf(document.activeElement?.closest(".ticket-row")?.querySelector(".ticket-row-link"));
      links[at < 0 ? 0 : Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
    },
    patch({ changed, order, more, say }) {
      const here = document.activeElement?.closest?.(".ticket-row-link")?.getAttribute("href");
      const byKey = new Map(this.list.map((row) => [row.key, row]));
      changed.forEach((row) => byKey.set(row.key, row));
      this.list = order.map((key) => byKey.get(key)).filter(Boolean);
      this.rest = more;
      this.busy = false;
      this.said = say || "";
      this.$nextTick(() => {
        if (here && document.activeElement === document.body) this.$el.querySelector(`a[href="${CSS.escape(here)}"]`)?.focus({ preventScroll: true });
      });
    },
    ask() {
      if (this.busy) return;
      this.busy = true;
      this.$emit("more");
    },
    walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const links = [...this.$el.querySelectorAll(".ticket-row-link")];
      const at = links.indexOf(document.activeElement);
      if (at < 0) return;
      event.preventDefault();
      links[Math.max(0, Math.min(links.length - 1, at + step))].focus();
    },
  },
};
