// A request's form, drawn from its definition. What is typed is told to the server field by field and kept here until it is there.
import Field from "portal-kit/field.js";
import { Icon, Mirror, PersonPicker, SharePicker, Uploads, catchFiles, fill, holdPaste, lettersIn, onConnect } from "writing";
import { Similar } from "ask-parts";

const ALIKE_PAUSE = 350; // ms after the last key in the subject before similar tickets are looked for
const KINDS = { line: "text", text: "textarea", choice: "radio", checks: "checks", number: "text", date: "text" };

export default {
  components: { Field, Icon, PersonPicker, SharePicker, Similar, Uploads },
  inheritAttrs: false,
  props: {
    place: String, user: Number, fields: Array, initial: Object, files: Array, restored: Boolean, asked: Boolean, people: Array, nameable: Array, company: String, shareByDefault: Boolean,
    limits: Object, words: Object, fileWords: Object, language: String, sprite: String, alikeWords: Object,
  },
  emits: ["change", "send", "restart", "alike", "follow"],
  template: `
    <form class="request-form" :class="{ dropping }" :id="$attrs.id" novalidate @submit.prevent :aria-busy="sending ? 'true' : null">
      <div v-if="back" class="notice accent request-back">
        <Icon name="history" :sprite="sprite" />
        <span class="notice-text">{{ asked ? words.asked : words.restored }}</span>
        <button type="button" class="link" @click="$emit('restart')">{{ words.restart }}</button>
      </div>
      <component :is="block.group ? 'fieldset' : 'div'" v-for="block in blocks" :key="block.fields[0].code" class="request-block" :class="{ group: block.group }">
        <legend v-if="block.group" class="request-group">{{ block.group }}</legend>
        <template v-for="field in block.fields" :key="field.code + ':' + field.kind">
          <div v-if="field.kind === 'files'" class="field" role="group" :aria-labelledby="id(field) + '-label'" :data-field="field.code">
            <div class="field-head"><span class="field-label" :id="id(field) + '-label'">{{ field.label }}</span><span v-if="!field.required" class="field-optional">{{ words.optional }}</span></div>
            <Uploads ref="uploads" :place="place" :files="files" :limits="limits" :words="fileWords" :language="language" :sprite="sprite" @busy="busy = $event" />
            <div v-if="errors[field.code]" class="field-error"><Icon name="circle-alert" :sprite="sprite" /><span>{{ errors[field.code] }}</span></div>
            <div v-if="field.hint" class="field-hint">{{ field.hint }}</div>
          </div>
          <SharePicker v-else-if="field.kind === 'share'" v-show="people.length || company" :ref="(element) => (inputs[field.code] = element)" :id="id(field)" :field="field" :value="values[field.code]" :people="people" :company="company" :by-default="shareByDefault"
            :error="errors[field.code] || ''" :words="words" :sprite="sprite" :data-field="field.code" @change="changed(field, $event)" />
          <PersonPicker v-else-if="field.kind === 'person'" :ref="(element) => (inputs[field.code] = element)" :id="id(field)" :field="field" :value="values[field.code]" :people="nameable"
            :error="errors[field.code] || ''" :words="words" :sprite="sprite" :data-field="field.code" @change="changed(field, $event)" />
          <div v-else class="request-field" :data-field="field.code" :class="'as-' + field.kind">
            <Field :ref="(element) => (inputs[field.code] = element)" :id="id(field)" :kind="kinds[field.kind]" :type="field.kind === 'date' ? 'date' : 'text'" :name="field.code"
              :inputmode="field.kind === 'number' ? 'numeric' : null" :label="field.label" :required="field.required" :optional-word="field.required ? '' : words.optional"
              :hint="field.hint" :error="errors[field.code] || ''" :error-icon="sprite + '#circle-alert'" :value="value(field)" :revision="revision" :limit="field.limit"
              :rows="field.rows" :suggestions="field.suggestions || []" :options="field.options || []" across :debounce="600" autocomplete="off"
              @typing="mended(field, $event)" @change="changed(field, $event)" @submit="field.kind === 'text' && send()" />
            <Similar v-if="field.code === 'subject' && alike.length" :cards="alike" :words="alikeWords" :sprite="sprite" @follow="$emit('follow', { id: $event })" @dismiss="dismiss" />
            <div v-if="held[field.code]" class="notice warning" role="alert"><Icon name="triangle-alert" :sprite="sprite" />
              <span class="notice-text">{{ held[field.code].sentence }}</span></div>
            <div v-if="tooLong[field.code] || held[field.code]" class="row">
              <button type="button" class="button dense" @click="attachText(field)"><Icon name="paperclip" :sprite="sprite" />{{ words.attach_text }}</button>
              <button v-if="held[field.code]" type="button" class="button quiet dense" @click="delete held[field.code]">{{ words.no_paste }}</button>
            </div>
          </div>
        </template>
      </component>
      <footer class="request-end">
        <div role="status" aria-live="polite" class="request-summary">
          <div v-if="wrong.length || failure" class="notice danger">
            <Icon name="circle-alert" :sprite="sprite" />
            <span class="notice-text">
              <template v-if="failure">{{ failure }}</template>
              <template v-else><strong class="notice-title">{{ words.check }}</strong>
                <span><template v-for="(field, index) in wrong" :key="field.code"><template v-if="index">, </template><button type="button" class="link" @click="goTo(field)">{{ field.label }}</button></template></span></template>
            </span>
          </div>
        </div>
        <button type="button" class="button primary request-send" :disabled="sending || busy" :aria-busy="sending ? 'true' : null" @click="send">
          <Icon :name="sending ? 'loader-circle' : 'send'" :sprite="sprite" />{{ sending ? words.sending : words.send }}
        </button>
        <span class="request-state" role="status" aria-live="polite">{{ busy ? fileWords.busy : state }}</span>
      </footer>
      <div v-if="dropping" class="drop-veil" aria-hidden="true"><Icon name="upload" :sprite="sprite" />{{ fileWords.drop }}</div>
    </form>`,
  data() {
    return { kinds: KINDS, values: { ...this.initial }, revision: 0, errors: {}, tooLong: {}, held: {}, back: this.restored, busy: false, sending: false, dropping: false, failure: "", state: "", alike: [] };
  },
  computed: {
    shown() {
      const shown = [];
      const asked = {};
      for (const field of this.fields) {
        if (field.condition && ![asked[field.condition.field]].flat().some((answer) => field.condition.is.includes(answer))) continue;
        asked[field.code] = this.values[field.code];
        shown.push(field);
      }
      return shown;
    },
    blocks() {
      const blocks = [];
      for (const field of this.shown) {
        const last = blocks[blocks.length - 1];
        if (last && last.group === field.group) last.fields.push(field);
        else blocks.push({ group: field.group, fields: [field] });
      }
      return blocks;
    },
    wrong() {
      return this.shown.filter((field) => this.errors[field.code]);
    },
  },
  created() {
    this.inputs = {};
    this.looked = 0;
    this.mirror = new Mirror(this.user, this.place);
  },
  mounted() {
    this.endCatching = catchFiles({
      zone: this.$el,
      paste: this.place ? document : this.$el, // a preview leaves the page around it alone
      take: (files, pasted) => this.place && this.$refs.uploads[0].add(files, pasted),
      over: (yes) => (this.dropping = yes),
      listens: () => this.place && !document.querySelector("dialog[open]"),
    });
    this.endHolding = holdPaste(this.$el, Math.max(...this.fields.map((field) => field.limit || 0)), this.hold);
    this.leave = () => this.flush();
    this.again = () => Object.keys(this.mirror.waiting).forEach((code) => this.tell(code));
    window.addEventListener("pagehide", this.leave);
    this.endWaiting = onConnect(this.again);
    const left = this.mirror.read(); // typed here before and never confirmed: newer than what the server has
    const codes = Object.keys(left).filter((code) => this.fields.some((field) => field.code === code));
    if (codes.length) this.back = true;
    codes.forEach((code) => (this.values[code] = left[code]));
    this.revision++;
    codes.forEach((code) => this.check(code));
  },
  beforeUnmount() {
    clearTimeout(this.looking);
    this.flush();
    this.endCatching();
    this.endHolding();
    window.removeEventListener("pagehide", this.leave);
    this.endWaiting();
  },
  methods: {
    id(field) {
      return `${this.$attrs.id}-${field.code}`;
    },
    /** What stands in the field; an older form may have left something of another kind there. */
    value(field) {
      const value = this.values[field.code];
      if (field.kind === "checks") return Array.isArray(value) ? value.filter((code) => field.options.some((option) => option.value === code)) : [];
      return typeof value === "string" ? value : "";
    },
    /** An error goes with the first letter: were it to go on leaving the field, what is about to be clicked would move away. */
    mended(field, value) {
      if (value.length <= (field.limit ?? Infinity)) delete this.errors[field.code];
      this.failure = "";
      if (field.code === "subject") this.lookAlike(value);
    },
    lookAlike(text) {
      clearTimeout(this.looking);
      if (this.dismissed) return;
      this.looking = setTimeout(() => this.$emit("alike", { text, seq: ++this.looked }), ALIKE_PAUSE);
    },
    similar({ seq, cards }) {
      if (seq === this.looked && !this.dismissed) this.alike = cards;
    },
    dismiss() {
      this.dismissed = true;
      this.alike = [];
    },
    changed(field, value) {
      this.values[field.code] = value;
      delete this.errors[field.code];
      this.failure = "";
      this.check(field.code);
    },
    /** Too long a text stays here: the socket would break under it. Everything else goes to the server. */
    check(code) {
      const field = this.fields.find((one) => one.code === code);
      const value = this.values[code];
      const limit = field.limit ?? Infinity; // a choice has none
      const length = typeof value === "string" && value.length > limit ? lettersIn(value.trim()) : 0;
      this.tooLong[code] = field.kind === "text" && length > limit;
      this.mirror.keep(code, value);
      if (length > limit) this.errors[code] = fill(this.words.too_long, { limit: this.numbered(field.limit), length: this.numbered(length) });
      if (!this.tooLong[code] && length < 400000) this.tell(code);
    },
    tell(code) {
      if (this.tooLong[code]) return;
      if (this.place) this.state = this.words.saving;
      this.$emit("change", { code, value: this.values[code], seq: this.mirror.waiting[code] });
    },
    saved(changes) {
      this.mirror.confirm(changes);
      this.state = this.mirror.isEmpty ? this.words.saved : this.state;
    },
    unsaved() {
      this.state = this.words.kept_here;
    },
    numbered(number) {
      return new Intl.NumberFormat(this.language).format(number);
    },
    hold(area, text, length) {
      const code = area.closest("[data-field]").dataset.field;
      const { limit } = this.fields.find((field) => field.code === code);
      this.held[code] = { text, sentence: fill(this.words.pasted_too_long, { limit: this.numbered(limit), length: this.numbered(length) }) };
    },
    attachText(field) {
      const name = `${field.label}.txt`;
      this.flush();
      const here = this.held[field.code] ? this.values[field.code] || "" : "";
      this.$refs.uploads[0].add([new File([this.held[field.code]?.text ?? this.values[field.code]], name, { type: "text/plain" })]);
      delete this.held[field.code];
      this.changed(field, [here.trimEnd(), fill(this.words.see_file, { name })].filter(Boolean).join("\n\n"));
      this.revision++;
      this.$nextTick(() => this.inputs[field.code].focus());
    },
    flush() {
      Object.values(this.inputs).forEach((input) => input?.flush?.());
    },
    send() {
      if (this.sending || this.busy) return;
      this.flush();
      const long = this.shown.find((field) => this.tooLong[field.code]);
      if (long) return this.goTo(long);
      this.sending = true;
      this.errors = {};
      this.failure = "";
      this.$emit("send");
    },
    refused(problems, failure) {
      this.sending = false;
      this.errors = problems;
      this.failure = failure;
      if (this.wrong.length) this.$nextTick(() => this.goTo(this.wrong[0]));
    },
    goTo(field) {
      const place = this.$el.querySelector(`[data-field="${CSS.escape(field.code)}"]`);
      const input = this.inputs[field.code];
      if (input) input.focus({ preventScroll: true });
      else place?.querySelector("button")?.focus({ preventScroll: true });
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      place?.scrollIntoView({ block: "center", behavior: calm ? "instant" : "smooth" });
    },
    sent() {
      this.mirror.clear();
    },
    reset() {
      this.mirror.clear();
      this.values = {};
      this.errors = {};
      this.tooLong = {};
      this.held = {};
      this.back = false;
      this.failure = "";
      this.state = "";
      this.revision++;
      this.$refs.uploads?.[0]?.clear();
      this.$nextTick(() => this.goTo(this.shown[0]));
    },
  },
};
