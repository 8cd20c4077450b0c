// One card: what an agent needs to choose it, and nothing that moves by itself.
import { Avatar, Icon } from "ticket-parts";
import { openAside } from "ticket-parts/aside.js";
import { resting, workSpan, workUntil } from "ticket-parts/working.js";
import { since, span, until } from "./spans.js";

const SOON = 4 * 3600; // seconds of work before a target at which it warns

export const BoardCard = {
  components: { Avatar, Icon },
  props: { row: Object, board: Object, current: Boolean, entry: Boolean, lifted: Boolean, pending: Boolean, recent: Boolean, missed: Boolean, opened: Boolean, line: Boolean, people: Array },
  emits: ["menu", "seen"],
  template: `
    <li class="board-card" :class="classes" :data-pk="row.pk" :tabindex="entry ? 0 : -1" :aria-label="name" aria-describedby="board-keys" :aria-busy="pending ? 'true' : null" @focus="$emit('seen')" @pointerenter="missed && $emit('seen')">
      <span v-if="row.unread" class="unread-mark" :title="words.unread"></span>
      <span class="board-card-top">
        <span class="board-card-id">{{ row.id }}</span>
        <svg class="icon board-card-kind" aria-hidden="true"><title>{{ kind.label }}</title><use :href="kind.icon"></use></svg>
        <span v-if="row.impact" class="board-impact" :class="'is-' + row.impact" :title="words.impact + ': ' + impact"><Icon name="flag" :sprite="board.sprite" /><span>{{ impact }}</span></span>
      </span>
      <a :href="'/tickets/' + row.id" class="board-card-subject" data-part="link" draggable="false" :tabindex="current ? 0 : -1" :aria-current="opened ? 'true' : null" @click="openAside($event, row.id)">{{ row.subject }}</a>
      <span class="board-card-who"><span v-if="row.company" class="board-card-company">{{ row.company }}</span><span>{{ row.requester }}</span></span>
      <span v-if="marked" class="board-card-marks">
        <span v-if="row.answered" class="board-mark accent"><Icon name="message-square-reply" :sprite="board.sprite" />{{ words.answered }}</span>
        <span v-if="target" class="board-mark" :class="target.tone" :title="target.title"><Icon :name="target.icon" :sprite="board.sprite" />{{ target.text }}</span>
        <span v-if="closes" class="board-mark warning" :title="row.closes.exact"><Icon name="calendar-clock" :sprite="board.sprite" />{{ closes }}</span>
        <span v-for="tag in row.tags" :key="tag" class="board-tag">{{ tag }}</span>
      </span>
      <span class="board-card-foot">
        <span class="board-card-since" :title="words.in_status + ' ' + row.since.exact"><Icon name="clock" :sprite="board.sprite" />{{ inStatus }}</span>
        <span v-if="row.waiting && !row.answered" class="board-card-waiting"><Icon name="message-circle" :sprite="board.sprite" />{{ words.waiting }}</span>
        <span v-for="one in people" :key="one.person.id" class="board-card-present" :class="{ typing: one.typing }" :title="one.person.name + ' ' + (one.typing ? words.typing : words.looking)"><Icon :name="one.typing ? 'pencil' : 'eye'" :sprite="board.sprite" />{{ one.person.initials }}</span>
        <span v-if="missed" class="board-mark news">{{ words.news }}</span>
        <span v-if="row.assignee" class="board-card-assignee" :title="words.assignee + ': ' + row.assignee.name"><Avatar :person="row.assignee" /></span>
        <span v-else class="board-card-nobody" :title="words.nobody"><Icon name="user-plus" :sprite="board.sprite" /></span>
      </span>
      <button type="button" class="board-card-menu" data-part="menu" :tabindex="current ? 0 : -1" :aria-label="words.actions + ' ' + row.id" aria-haspopup="true" aria-expanded="false" @click="$emit('menu', $event.currentTarget)"><Icon name="ellipsis" :sprite="board.sprite" /></button>
    </li>`,
  methods: { openAside },
  computed: {
    words() {
      return this.board.words;
    },
    classes() {
      const { row } = this;
      return { unread: row.unread, answered: row.answered, current: this.current, lifted: this.lifted, pending: this.pending, recent: this.recent, missed: this.missed, opened: this.opened, line: this.line };
    },
    kind() {
      return this.board.kinds[this.row.type] || { label: this.row.type, icon: `${this.board.sprite}#file-text` };
    },
    impact() {
      return this.board.impacts[this.row.impact];
    },
    inStatus() {
      return since(this.row.since.iso, this.board.language);
    },
    marked() {
      return this.row.answered || this.target || this.closes || this.row.tags.length;
    },
    closes() {
      if (!this.row.closes) return "";
      return `${this.words.closes} ${span(Math.max(0, until(this.row.closes.iso)), this.board.language)}`;
    },
    /** The target that comes next: how much work there still is until it, or for how long it has been missed. */
    target() {
      const due = this.row.due;
      if (!due) return null;
      const title = `${due.what}: ${due.at.exact}`;
      const late = -until(due.at.iso);
      if (late > 0) return { tone: "danger", icon: "gauge", title, text: `${this.words.late} ${span(late, this.board.language)}` };
      const { hours, language } = this.board;
      const left = workUntil(hours, due.at.iso);
      const still = resting(hours);
      return { tone: left < SOON ? "warning" : "", icon: still ? "moon" : "gauge", title: `${title}. ${still ? this.words.resting : this.words.working}`, text: `${this.words.left} ${workSpan(left, language)}` };
    },
    /** What is read out: the ID first, then what the eye would take in. */
    name() {
      const { row, words } = this;
      const impact = row.impact ? `${words.impact}: ${this.impact}` : "";
      const who = [row.company, row.requester].filter(Boolean).join(", ");
      const assignee = row.assignee ? `${words.assignee}: ${row.assignee.name}` : words.nobody;
      const waits = row.answered ? words.answered : row.waiting ? words.waiting : "";
      const here = (this.people || []).map((one) => `${one.person.name} ${one.typing ? words.typing : words.looking}`);
      const news = row.unread || this.missed ? words.unread : "";
      return [row.id, row.subject, news, waits, this.kind.label, impact, who, assignee, this.target?.text, this.closes, ...row.tags, ...here].filter(Boolean).join(", ");
    },
  },
};
