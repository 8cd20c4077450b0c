// The queue as a dense table: rows are data, links are real, what is selected stays selected while rows change.
import * as Vue from "vue";
import { Ago, Avatar, Icon, clock } from "ticket-parts";
import { actAside, aside, openAside, walkAlong } from "ticket-parts/aside.js";
import { resting, workSpan, workUntil } from "ticket-parts/working.js";

const LONG = 100; // letters of a subject: a row shall not be higher than three lines
const DEEDS = ["list.reply", "list.note", "list.assign", "queue.move"]; // keys for the ticket on whose row one stands

export default {
  components: { Ago, Avatar, Icon },
  props: {
    label: String, columns: Array, wanted: String, user: Number, sort: String, descending: Boolean, rows: Array, more: Boolean,
    statuses: Object, agents: Object, moves: Object, tags: Array, hours: Object, words: Object, language: String, sprite: String,
  },
  emits: ["ready", "more", "sort", "columns", "bulk", "everything"],
  data() {
    return {
      list: this.rows || [], rest: this.more, by: this.sort, down: this.descending, busy: false, asking: false, doing: "", said: "",
      chosen: new Set(), last: null, aside, tag: "", shownColumns: this.remembered(),
    };
  },
  template: `
    <div class="queue-frame" @keydown="walk">
      <p class="visually-hidden" role="status">{{ said }}</p>
      <div v-if="list.length" class="queue-bar" :class="{ active: chosen.size }" role="region" :aria-label="words.bulk">
        <label class="queue-all"><input type="checkbox" ref="all" class="check" :checked="allChosen" :indeterminate.prop="chosen.size > 0 && !allChosen" @change="chooseAll"><span>{{ doing || (chosen.size ? words.chosen + ': ' + chosen.size : words.choose_all) }}</span></label>
        <button v-if="chosen.size && allChosen && rest && chosen.size <= list.length" type="button" class="button quiet dense" @click="$emit('everything')">{{ words.everything }}</button>
        <div v-if="chosen.size" class="queue-deeds" :data-count="doing || words.chosen + ': ' + chosen.size">
          <button type="button" class="button dense" :disabled="asking" @click="bulk('take')"><Icon name="hand" :sprite="sprite" /><span>{{ words.take }}</span></button>
          <select class="input queue-select" :aria-label="words.assign" :disabled="asking" value="" @change="pick($event, 'assign')">
            <option value="">{{ words.assign }}</option>
            <option v-for="(name, id) in agents" :key="id" :value="id">{{ name }}</option>
          </select>
          <select class="input queue-select" :aria-label="words.move" :disabled="asking" value="" @change="pick($event, 'move')">
            <option value="">{{ words.move }}</option>
            <option v-for="(name, code) in moves" :key="code" :value="code">{{ name }}</option>
          </select>
          <form class="queue-tag" @submit.prevent="addTag">
            <input class="input" :aria-label="words.tag" :placeholder="words.tag" list="queue-tags" maxlength="50" v-model="tag">
            <datalist id="queue-tags"><option v-for="name in tags" :key="name" :value="name"></option></datalist>
            <button class="button dense" :disabled="asking || !tag.trim()"><Icon name="tag" :sprite="sprite" /><span>{{ words.add_tag }}</span></button>
          </form>
          <button type="button" class="button quiet dense queue-forget" :title="words.clear" @click="forget"><Icon name="x" :sprite="sprite" /><span>{{ words.clear }}</span></button>
        </div>
        <details v-if="!chosen.size" class="queue-columns hanging">
          <summary class="button quiet dense"><Icon name="sliders-horizontal" :sprite="sprite" />{{ words.columns }}</summary>
          <div class="queue-columns-list" role="group" :aria-label="words.columns">
            <label v-for="column in columns" :key="column.code"><input type="checkbox" class="check" :checked="isShown(column.code)" @change="toggleColumn(column.code)">{{ column.label }}</label>
          </div>
        </details>
      </div>
      <div v-if="list.length" class="queue-scroll">
        <table class="queue-table" :aria-label="label">
          <thead>
            <tr>
              <th scope="col" class="queue-check"><span class="visually-hidden">{{ words.select }}</span></th>
              <th scope="col" :aria-sort="sorted('number')"><button type="button" class="queue-sort" @click="sortBy('number')">{{ words.number }}<Icon v-if="by === 'number'" :name="arrow" :sprite="sprite" /></button></th>
              <th scope="col" class="queue-subject-head">{{ words.subject }}</th>
              <th v-for="column in visible" :key="column.code" scope="col" :class="'queue-c-' + column.code" :aria-sort="column.sort ? sorted(column.sort) : null">
                <button v-if="column.sort" type="button" class="queue-sort" @click="sortBy(column.sort)">{{ column.label }}<Icon v-if="by === column.sort" :name="arrow" :sprite="sprite" /></button>
                <template v-else>{{ column.label }}</template>
              </th>
            </tr>
          </thead>
          <tbody>
            <tr v-for="row in list" :key="row.id" class="queue-row" :data-id="row.id" :class="{ unread: row.unread, opened: row.id === aside.ticket, chosen: chosen.has(row.id), finished: row.status === 'done' }">
              <td class="queue-check"><input type="checkbox" class="check" :aria-label="words.select + ' ' + row.id" :checked="chosen.has(row.id)" @click="choose(row.id, $event)"></td>
              <td class="queue-id"><a :href="row.href" class="queue-link" tabindex="-1" aria-hidden="true" @click="openAside($event, row.id)">{{ row.id }}</a></td>
              <th scope="row" class="queue-subject">
                <a :href="row.href" class="queue-link" :title="short(row.subject) === row.subject ? null : row.subject" :aria-current="row.id === aside.ticket ? 'true' : null" @click="openAside($event, row.id)"><span v-if="row.unread" class="unread-dot" role="img" :aria-label="words.unread"></span><span class="visually-hidden">{{ row.id }} </span>{{ short(row.subject) }}</a>
                <span v-if="row.answered" class="queue-note answered"><Icon name="message-square-reply" :sprite="sprite" />{{ words.answered }}</span>
                <span v-else-if="row.waiting" class="queue-note waiting" :title="words.waiting"><Icon name="message-circle" :sprite="sprite" /><span>{{ words.waiting }}</span></span>
              </th>
              <td v-for="column in visible" :key="column.code" :class="'queue-c-' + column.code" :data-label="column.label">
                <span v-if="column.code === 'status'" class="badge" :class="'status-' + row.status"><Icon :name="statuses[row.status].icon" :sprite="sprite" /><span>{{ statuses[row.status].label }}</span></span>
                <span v-else-if="column.code === 'impact'" :class="'impact-' + row.impact_code">{{ row.impact }}</span>
                <template v-else-if="column.code === 'assignee'"><span v-if="row.assignee" class="queue-person"><Avatar :person="row.assignee" />{{ row.assignee.name }}</span><span v-else class="faint">{{ words.nobody }}</span></template>
                <template v-else-if="column.code === 'due'"><span v-if="row.due" class="queue-due" :class="{ late: late(row) }" :title="row.due.what + ': ' + row.due.at.exact + (late(row) ? '' : '. ' + (rests ? words.resting : words.working))"><Icon :name="late(row) ? 'circle-alert' : rests ? 'moon' : 'clock'" :sprite="sprite" /><Ago v-if="late(row)" :at="row.due.at" :language="language" :just-now="words.just_now" /><template v-else>{{ words.left }} {{ left(row) }}</template></span></template>
                <template v-else-if="column.code === 'tags'"><span v-for="name in row.tags" :key="name" class="tag">{{ name }}</span></template>
                <Ago v-else-if="row[column.code] && row[column.code].iso" :at="row[column.code]" :language="language" :just-now="words.just_now" />
                <template v-else>{{ row[column.code] }}</template>
              </td>
            </tr>
          </tbody>
        </table>
      </div>
      <button v-if="rest && list.length" type="button" class="button ticket-list-more" :aria-busy="busy ? 'true' : null" @click="ask">{{ words.more }}</button>
    </div>`,
  computed: {
    visible() {
      return this.columns.filter((column) => this.shownColumns.includes(column.code));
    },
    allChosen() {
      return this.list.length > 0 && this.list.every((row) => this.chosen.has(row.id));
    },
    rests() {
      return resting(this.hours);
    },
    arrow() {
      return this.down ? "arrow-down" : "arrow-up";
    },
  },
  watch: {
    /** The first rows may arrive after the table: the page opens before they are read. */
    rows(rows) {
      if (this.list.length || !rows?.length) return;
      this.list = rows;
      this.rest = this.more;
    },
  },
  mounted() {
    this.next = (event) => this.jump(event, 1);
    this.previous = (event) => this.jump(event, -1);
    document.addEventListener("portal:list.next", this.next);
    document.addEventListener("portal:list.previous", this.previous);
    this.act = (event) => this.actOn(event);
    DEEDS.forEach((name) => document.addEventListener(`portal:${name}`, this.act));
    this.followAside();
    this.$emit("ready", { columns: this.wanted ? null : this.shownColumns.join(",") });
  },
  unmounted() {
    document.removeEventListener("portal:list.next", this.next);
    document.removeEventListener("portal:list.previous", this.previous);
    DEEDS.forEach((name) => document.removeEventListener(`portal:${name}`, this.act));
  },
  methods: {
    place() {
      return "portal:queue-columns:" + this.user;
    },
    /** A kept view says which columns; otherwise what this person chose in this browser. */
    remembered() {
      const known = this.columns.map((column) => column.code);
      const stored = this.wanted || localStorage.getItem(this.place()) || "";
      const chosen = stored.split(",").filter((code) => known.includes(code));
      return chosen.length ? chosen : this.columns.filter((column) => column.usual).map((column) => column.code);
    },
    isShown(code) {
      return this.shownColumns.includes(code);
    },
    toggleColumn(code) {
      const wanted = this.isShown(code) ? this.shownColumns.filter((other) => other !== code) : [...this.shownColumns, code];
      this.shownColumns = this.columns.map((column) => column.code).filter((other) => wanted.includes(other));
      localStorage.setItem(this.place(), this.shownColumns.join(","));
      this.$emit("columns", { columns: this.shownColumns.join(",") });
    },
    use({ columns, sort, descending }) {
      if (columns) this.shownColumns = columns.split(",");
      this.by = sort;
      this.down = descending;
    },
    sorted(code) {
      return this.by === code ? (this.down ? "descending" : "ascending") : "none";
    },
    sortBy(code) {
      this.$emit("sort", { sort: code, again: this.by === code });
    },
    short(subject) {
      return subject.length > LONG ? `${subject.slice(0, LONG - 1).trimEnd()}…` : subject;
    },
    left(row) {
      return workSpan(workUntil(this.hours, row.due.at.iso), this.language);
    },
    late(row) {
      return Date.parse(row.due.at.iso) <= clock.now;
    },
    show({ changed, order, more, say, fresh }) {
      const before = this.list.map((row) => row.id);
      const here = document.activeElement?.closest?.(".queue-row") ? document.activeElement : null;
      const byId = new Map(this.list.map((row) => [row.id, row]));
      changed.forEach((row) => byId.set(row.id, row));
      this.list = order.map((id) => byId.get(id)).filter(Boolean);
      this.rest = more;
      this.busy = false;
      this.said = say || "";
      const now = new Set(order);
      const gone = fresh ? [...this.chosen].filter((id) => !now.has(id)) : before.filter((id) => !now.has(id));
      gone.forEach((id) => this.chosen.delete(id));
      this.$nextTick(() => {
        if (here && !here.isConnected) this.$el.querySelector(".queue-row .queue-subject .queue-link")?.focus({ preventScroll: true });
      });
    },
    select(ids) {
      this.chosen = new Set([...this.chosen, ...ids]);
    },
    /** What was asked for the selected tickets is answered; those that refused stay selected. */
    settle(refused) {
      this.asking = false;
      this.doing = "";
      if (refused) this.chosen = new Set(refused);
      if (refused && !refused.length) this.last = null;
      this.tag = refused ? "" : this.tag;
    },
    /** Of many tickets, how many have had their turn. */
    progress(done, total) {
      this.doing = `${this.words.doing} ${done} ${this.words.of} ${total}`;
    },
    ask() {
      if (this.busy) return;
      this.busy = true;
      this.$emit("more");
    },
    choose(id, event) {
      const on = event.target.checked;
      const ids = this.list.map((row) => row.id);
      const from = event.shiftKey && this.last ? ids.indexOf(this.last) : -1;
      const at = ids.indexOf(id);
      const range = from < 0 ? [id] : ids.slice(Math.min(from, at), Math.max(from, at) + 1);
      range.forEach((one) => (on ? this.chosen.add(one) : this.chosen.delete(one)));
      this.last = id;
    },
    chooseAll() {
      if (this.allChosen) this.chosen.clear();
      else this.list.forEach((row) => this.chosen.add(row.id));
    },
    forget() {
      this.chosen.clear();
      this.$nextTick(() => this.$refs.all?.focus());
    },
    pick(event, what) {
      const value = event.target.value;
      event.target.value = "";
      if (value) this.bulk(what, value);
    },
    addTag() {
      this.bulk("tag", this.tag.trim());
    },
    bulk(what, value = "") {
      if (this.asking || !this.chosen.size) return;
      this.asking = true;
      this.$emit("bulk", { what, value, ids: [...this.chosen] });
    },
    openAside,
    /** What one walks on to from the ticket that is open beside the table; closed, the keyboard is at its row again. */
    followAside() {
      let [last, met] = ["", []];
      aside.lists = (id) => this.list.some((row) => row.id === id);
      Vue.watchEffect(() => {
        const ids = this.list.map((row) => row.id);
        if (!aside.ticket && last) this.linkOf(last)?.focus({ preventScroll: true });
        if (aside.ticket !== last) met = ids;
        last = aside.ticket;
        if (!last) return;
        walkAlong(ids, met);
        if (!aside.next && this.rest) this.ask();
      });
    },
    linkOf(id) {
      return this.$el.querySelector(`[data-id="${CSS.escape(id)}"] .queue-subject .queue-link`);
    },
    /** J and K: from where one stands, or to the first row; while a ticket is open beside the table, to the next one. */
    jump(event, step) {
      const id = step > 0 ? aside.next : aside.previous;
      if (!aside.ticket) return this.go(event, step);
      event.preventDefault();
      if (id) aside.show(id);
    },
    actOn(event) {
      const row = document.activeElement?.closest?.(".queue-row");
      if (!row) return;
      event.preventDefault();
      actAside(row.dataset.id, event.type.split(".")[1]);
    },
    go(event, step) {
      event.preventDefault();
      const rows = [...this.$el.querySelectorAll(".queue-row")];
      const at = rows.indexOf(document.activeElement?.closest?.(".queue-row"));
      const row = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step))];
      const box = document.activeElement?.classList.contains("check");
      row?.querySelector(box ? ".queue-check .check" : ".queue-subject .queue-link")?.focus();
    },
    walk(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && event.target.closest(".queue-row")) this.go(event, step);
    },
  },
};
