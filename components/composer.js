// Where a comment is written: Markdown with a look at how it will read, files, a draft that nothing loses.
import Field from "portal-kit/field.js";
import { Icon, Mirror, Uploads, catchFiles, fill, holdPaste, lettersIn, onConnect } from "writing";

const TELL_AGAIN = 2500; // ms

export default {
  components: { Field, Icon, Uploads },
  inheritAttrs: false,
  props: {
    place: String, user: Number, label: String, placeholder: String, sendLabel: String, internal: Boolean,
    tellsTyping: Boolean, limit: Number, limits: Object, words: Object, fileWords: Object, language: String, sprite: String,
  },
  emits: ["open", "change", "send", "preview", "typing"],
  template: `
    <div class="composer" :class="{ internal, dropping }" :id="$attrs.id" :aria-busy="sending ? 'true' : null">
      <div v-show="!looking" class="composer-text">
        <Field ref="field" :id="$attrs.id + '-text'" kind="textarea" :label="label" label-hidden :value="text" :revision="revision" :rows="4"
          :placeholder="placeholder" :limit="limit" :error="problem" :error-icon="sprite + '#circle-alert'" :debounce="600"
          @change="changed" @submit="send" />
        <div v-if="held" class="notice warning" role="alert"><Icon name="triangle-alert" :sprite="sprite" /><span class="notice-text">{{ held.sentence }}</span></div>
        <div v-if="tooLong || held" class="row">
          <button type="button" class="button dense" @click="attachText"><Icon name="paperclip" :sprite="sprite" />{{ words.attach_text }}</button>
          <button v-if="held" type="button" class="button quiet dense" @click="held = null">{{ words.no_paste }}</button>
        </div>
      </div>
      <div v-if="looking" class="composer-preview" tabindex="-1" ref="preview" role="region" :aria-label="words.preview_of">
        <div v-if="html" class="prose" v-html="html"></div>
        <p v-else class="field-hint">{{ html === null ? words.preview_wait : words.preview_empty }}</p>
      </div>
      <Uploads ref="uploads" :place="place" :files="[]" :limits="limits" :words="fileWords" :language="language" :sprite="sprite" compact @busy="busy = $event" @change="keys = $event">
        <button type="button" class="button quiet dense" @click="look"><Icon :name="looking ? 'pencil' : 'eye'" :sprite="sprite" />{{ looking ? words.write : words.preview }}</button>
        <span class="composer-state" role="status" aria-live="polite">{{ busy ? fileWords.busy : state }}</span>
        <button type="button" class="button primary" :disabled="sending || busy" :aria-busy="sending ? 'true' : null" :title="words.keys" @click="send">
          <Icon :name="sending ? 'loader-circle' : 'send'" :sprite="sprite" />{{ sending ? words.sending : sendLabel }}
        </button>
      </Uploads>
      <p class="composer-hint">{{ words.formatting }}</p>
      <div v-if="dropping" class="drop-veil" aria-hidden="true"><Icon name="upload" :sprite="sprite" />{{ fileWords.drop }}</div>
    </div>`,
  data() {
    return { text: "", revision: 0, problem: "", tooLong: false, held: null, looking: false, html: null, busy: false, sending: false, dropping: false, keys: [], state: "" };
  },
  mounted() {
    this.mirror = new Mirror(this.user, this.place);
    this.endCatching = catchFiles({
      zone: this.$el,
      paste: this.$el,
      take: (files, pasted) => this.$refs.uploads.add(files, pasted),
      over: (yes) => (this.dropping = yes),
    });
    this.endHolding = holdPaste(this.$el, this.limit, (area, text, length) => {
      this.held = { text, sentence: fill(this.words.too_long, { limit: this.numbered(this.limit), length: this.numbered(length) }) };
    });
    this.typed = (event) => this.tellsTyping && event.target.matches("textarea") && this.tell(event.target.value !== "");
    this.$el.addEventListener("input", this.typed);
    this.leave = () => this.$refs.field?.flush();
    this.again = () => this.mirror.isEmpty || this.changed(this.text);
    window.addEventListener("pagehide", this.leave);
    this.endWaiting = onConnect(this.again);
    const left = this.mirror.read().body;
    if (left) this.changed(this.set(left));
    this.$emit("open");
  },
  beforeUnmount() {
    this.endCatching();
    this.endHolding();
    if (this.sending) this.mirror.clear(); // a dialog that closes once it is sent
    window.removeEventListener("pagehide", this.leave);
    this.endWaiting();
  },
  methods: {
    /** Now and then while somebody writes, and at once when nothing is left. */
    tell(writing) {
      if (writing && Date.now() - (this.told ?? 0) < TELL_AGAIN) return;
      this.told = writing ? Date.now() : 0;
      this.$emit("typing", writing);
    },
    set(text) {
      this.text = text;
      this.revision++;
      return text;
    },
    /** The server's draft; what is here already is newer. */
    restore({ body, files }) {
      if (body && !this.text && !this.$el.querySelector("textarea").value) this.set(body);
      this.$refs.uploads.show(files);
    },
    changed(text) {
      this.text = text;
      this.problem = "";
      const length = text.length > this.limit ? lettersIn(text) : 0;
      this.tooLong = length > this.limit;
      const seq = this.mirror.keep("body", text);
      if (this.tooLong) {
        this.state = "";
        this.problem = fill(this.words.too_long, { limit: this.numbered(this.limit), length: this.numbered(length) });
      } else {
        this.$emit("change", { body: text, seq });
      }
    },
    numbered(number) {
      return new Intl.NumberFormat(this.language).format(number);
    },
    saved(seq) {
      this.mirror.confirm({ body: seq });
      this.state = this.text && this.mirror.isEmpty ? this.words.saved : this.state;
    },
    attachText() {
      this.$refs.field.flush();
      const file = new File([this.held?.text ?? this.text], this.words.text_file, { type: "text/plain" });
      const here = this.held ? this.text.trimEnd() : "";
      this.held = null;
      this.$refs.uploads.add([file]);
      this.changed(this.set([here, fill(this.words.see_file, { name: this.words.text_file })].filter(Boolean).join("\n\n")));
      this.$refs.field.focus();
    },
    look() {
      this.$refs.field.flush();
      this.looking = !this.looking && !this.tooLong;
      this.html = this.text.trim() ? null : "";
      if (this.looking && this.text.trim()) this.$emit("preview", { body: this.text });
      this.$nextTick(() => (this.looking ? this.$refs.preview : this.$refs.field).focus());
    },
    previewed(html) {
      this.html = html;
    },
    send() {
      if (this.sending || this.busy) return;
      this.$refs.field.flush();
      if (this.tooLong) return this.$refs.field.focus();
      if (!this.text.trim() && !this.keys.length) return this.refused(this.words.empty);
      this.sending = true;
      this.problem = "";
      this.$emit("send", { body: this.text });
    },
    sent() {
      if (this.tellsTyping) this.tell(false);
      this.mirror.clear();
      this.$refs.uploads.clear();
      this.set("");
      Object.assign(this, { sending: false, looking: false, state: "", problem: "" });
      this.$nextTick(() => this.$refs.field.focus());
    },
    refused(problem) {
      this.sending = false;
      this.looking = false;
      this.problem = problem;
      this.$nextTick(() => this.$refs.field.focus());
    },
    /** At the cursor, which stays behind what was put in. */
    insert(text) {
      const area = this.$el.querySelector("textarea");
      const { selectionStart: start, selectionEnd: end } = area;
      this.$refs.field.flush();
      this.looking = false;
      const before = this.text.slice(0, start);
      const gap = before && !/\n\s*$/.test(before) && text.includes("\n") ? "\n\n" : "";
      this.changed(this.set(before + gap + text + this.text.slice(end)));
      this.$nextTick(() => {
        this.$refs.field.focus();
        area.setSelectionRange(start + gap.length + text.length, start + gap.length + text.length);
      });
    },
    focus() {
      this.$refs.field.focus();
    },
  },
};
