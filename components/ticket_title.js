// The ticket's heading: its ID and subject, copied with one press; staff may word the subject better.
import { Icon } from "ticket-parts";

export default {
  components: { Icon },
  props: { ticket: String, subject: String, level: Number, href: String, editable: Boolean, words: Object, sprite: String },
  emits: ["rename"],
  data: () => ({ said: "", editing: false, text: "" }),
  template: `
    <div class="ticket-title">
      <component :is="'h' + level" v-show="!editing"><span class="ticket-ref">{{ ticket }}</span> {{ subject }}</component>
      <form v-if="editing" class="ticket-rename" @submit.prevent="save">
        <label class="visually-hidden" for="ticket-subject">{{ words.subject }}</label>
        <input id="ticket-subject" ref="input" class="input" v-model="text" maxlength="200" required @keydown.esc.stop="close">
        <button class="button primary dense" :disabled="!text.trim()">{{ words.save }}</button>
        <button type="button" class="button quiet dense" @click="close">{{ words.cancel }}</button>
      </form>
      <div class="ticket-tools">
        <button type="button" class="button quiet dense" :title="words.copy_id" @click="copy(ticket, words.id_copied)"><Icon name="copy" :sprite="sprite" /><span>{{ words.copy_id }}</span></button>
        <button type="button" class="button quiet dense" :title="words.copy_link" @click="copy(href, words.link_copied)"><Icon name="link" :sprite="sprite" /><span>{{ words.copy_link }}</span></button>
        <button v-if="editable && !editing" type="button" ref="rename" class="button quiet dense" :title="words.rename" @click="edit"><Icon name="pencil" :sprite="sprite" /><span>{{ words.rename }}</span></button>
        <span class="ticket-said" role="status">{{ said }}</span>
      </div>
    </div>`,
  methods: {
    async copy(text, done) {
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = Object.assign(document.createElement("textarea"), { value: text });
        document.body.append(area);
        area.select();
        document.execCommand("copy"); // pages served without TLS have no clipboard
        area.remove();
      }
      this.said = done;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.said = ""), 2500);
    },
    edit() {
      this.text = this.subject;
      this.editing = true;
      this.$nextTick(() => this.$refs.input.select());
    },
    close() {
      this.editing = false;
      this.$nextTick(() => this.$refs.rename?.focus());
    },
    save() {
      if (this.text.trim() !== this.subject) this.$emit("rename", { subject: this.text });
      this.close();
    },
  },
};
