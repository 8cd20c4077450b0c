// The files that go with a text: chosen, dropped or pasted, sent one by one with progress, shown with a small picture, removable.
// They go straight to /files, past the page's socket, so that nothing that is drawn anew interrupts them.
import { fill } from "./text.js";
import { Icon } from "./icon.js";

const AT_ONCE = 3;
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"];
let count = 0;

export const Uploads = {
  components: { Icon },
  props: { place: String, files: Array, limits: Object, words: Object, language: String, sprite: String, describedby: String, compact: Boolean },
  emits: ["busy", "change"],
  template: `
    <div class="uploads">
      <div class="uploads-bar">
        <button ref="button" type="button" class="button" :class="{ dense: compact, quiet: compact }" :disabled="!place" :aria-describedby="hintId" @click="$refs.picker.click()">
          <Icon name="paperclip" :sprite="sprite" /><span>{{ words.pick }}</span>
        </button>
        <span class="uploads-hint" :id="hintId">{{ touch ? words.hint_touch : words.hint }}</span>
        <slot></slot>
        <input ref="picker" type="file" multiple hidden tabindex="-1" :aria-label="words.pick" @change="picked">
      </div>
      <ul v-if="items.length" class="upload-list" :aria-label="words.list">
        <li v-for="item in items" :key="item.id" class="upload" :class="item.state">
          <a v-if="item.picture && item.href" class="upload-picture" :href="item.href" :download="item.name" tabindex="-1" aria-hidden="true"><img :src="item.picture" alt="" @error="item.picture = null"></a>
          <span v-else class="upload-picture"><img v-if="item.picture" :src="item.picture" alt="" @error="item.picture = null"><Icon v-else name="file-text" :sprite="sprite" /></span>
          <span class="upload-text">
            <a v-if="item.href" class="upload-name" :href="item.href" :download="item.name" :title="item.name">{{ item.name }}</a>
            <span v-else class="upload-name" :title="item.name">{{ item.name }}</span>
            <span v-if="item.problem" class="upload-problem">{{ item.problem }}</span>
            <span v-else class="upload-size">{{ sized(item.size) }}<template v-if="item.state === 'sending'"> · {{ Math.floor(item.part * 100) }}&nbsp;%</template><template v-else-if="item.state === 'waiting'"> · {{ words.waiting }}</template></span>
            <progress v-if="item.state === 'sending' || item.state === 'waiting'" max="1" :value="item.part" :aria-label="say('progress', item)"></progress>
          </span>
          <button v-if="item.state === 'broken'" type="button" class="button dense" :aria-label="say('retry_file', item)" @click="again(item)"><Icon name="refresh-cw" :sprite="sprite" />{{ words.retry }}</button>
          <button type="button" class="button quiet icon-only dense" :aria-label="say(item.state === 'sending' || item.state === 'waiting' ? 'cancel_file' : 'remove_file', item)" @click="remove(item)"><Icon name="x" :sprite="sprite" /></button>
        </li>
      </ul>
      <p v-if="problem" class="field-error" role="alert"><Icon name="circle-alert" :sprite="sprite" /><span>{{ problem }}</span></p>
      <p class="visually-hidden" role="status" aria-live="polite">{{ said }}</p>
    </div>`,
  data() {
    return { items: this.files.map((file) => this.done({ id: ++count }, file)), problem: "", said: "", touch: matchMedia("(pointer: coarse)").matches, hintId: `uploads-hint-${++count}` };
  },
  computed: {
    busy() {
      return this.items.some((item) => item.state === "sending" || item.state === "waiting");
    },
    keys() {
      return this.items.filter((item) => item.state === "done").map((item) => item.key);
    },
  },
  watch: {
    busy(busy) {
      this.$emit("busy", busy);
    },
    keys(keys, before) {
      if (keys.join() !== before.join()) this.$emit("change", keys);
    },
  },
  mounted() {
    this.online = () => this.items.filter((item) => item.state === "broken").forEach((item) => this.again(item));
    this.leaving = (event) => this.busy && event.preventDefault();
    window.addEventListener("online", this.online);
    window.addEventListener("beforeunload", this.leaving);
  },
  unmounted() {
    window.removeEventListener("online", this.online);
    window.removeEventListener("beforeunload", this.leaving);
    this.items.forEach((item) => item.local && URL.revokeObjectURL(item.local));
  },
  methods: {
    picked(event) {
      this.add([...event.target.files]);
      event.target.value = ""; // the same file can be chosen again
    },
    add(files, pasted = false) {
      this.problem = "";
      const room = this.limits.count - this.items.filter((item) => item.state !== "refused").length;
      files.slice(0, Math.max(0, room)).forEach((file) => this.take(file, pasted));
      if (files.length > room) {
        const names = files.slice(Math.max(0, room)).map((file) => file.name).join(", ");
        this.problem = fill(this.words.too_many, { limit: this.limits.count }) + ". " + fill(this.words.not_added, { names });
      }
      this.next();
    },
    take(file, pasted) {
      const name = pasted && /^image\.\w+$/.test(file.name) ? this.shotName(file) : file.name;
      const local = PICTURES.includes(file.type) && file.size <= this.limits.size ? URL.createObjectURL(file) : null;
      const item = { id: ++count, file, name, size: file.size, part: 0, state: "waiting", problem: "", picture: local, local, href: null, key: null };
      if (file.size > this.limits.size) Object.assign(item, { state: "refused", problem: fill(this.words.too_big, { megabytes: this.limits.megabytes }) });
      this.items.push(item);
    },
    shotName(file) {
      const now = new Date();
      const two = (number) => String(number).padStart(2, "0");
      const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join("-");
      return `${this.words.screenshot} ${day} ${two(now.getHours())}.${two(now.getMinutes())}.${two(now.getSeconds())}.${file.name.split(".").pop()}`;
    },
    next() {
      const free = AT_ONCE - this.items.filter((item) => item.state === "sending").length;
      this.items.filter((item) => item.state === "waiting").slice(0, Math.max(0, free)).forEach((item) => this.send(item));
    },
    send(item) {
      item.state = "sending";
      item.part = 0;
      const request = new XMLHttpRequest();
      item.stop = () => request.abort();
      request.open("POST", `/files?place=${encodeURIComponent(this.place)}`);
      request.setRequestHeader("X-File-Name", encodeURIComponent(item.name.toWellFormed?.() ?? item.name));
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.setRequestHeader("Accept", "application/json");
      request.upload.onprogress = (event) => event.lengthComputable && (item.part = event.loaded / event.total);
      request.onload = () => this.answered(item, request);
      request.onerror = request.ontimeout = () => this.fail(item, "broken", this.words.broken);
      request.send(item.file);
    },
    answered(item, request) {
      const answer = this.parsed(request.responseText);
      if (request.status === 201 && answer?.key) {
        this.done(item, answer);
        this.said = this.say("uploaded", item);
      } else if (request.status === 401 || !answer) {
        this.fail(item, "broken", request.status >= 500 ? this.words.broken : this.words.signed_out);
      } else {
        const sentence = this.words[(answer.key || "").replace("files.", "")];
        this.fail(item, request.status >= 500 ? "broken" : "refused", fill(sentence || this.words.broken, answer.values || {}));
      }
      this.next();
    },
    parsed(text) {
      try {
        return JSON.parse(text);
      } catch {
        return null; // a page instead of an answer: somebody between us and the portal, or the session has ended
      }
    },
    done(item, file) {
      return Object.assign(item, {
        key: file.key,
        name: file.name,
        size: file.size,
        part: 1,
        state: "done",
        problem: "",
        file: null,
        href: `/files/${file.key}/${encodeURIComponent(file.name)}`,
        picture: file.previewable ? `/files/${file.key}/preview` : null,
      });
    },
    fail(item, state, problem) {
      Object.assign(item, { state, problem });
      this.said = `${item.name}: ${problem}`;
      this.next();
    },
    again(item) {
      item.state = "waiting";
      item.problem = "";
      this.next();
    },
    remove(item) {
      if (item.state === "sending") item.stop();
      if (item.key) fetch(`/files/${item.key}`, { method: "DELETE" }).catch(() => {}); // what stays behind is cleaned away by the server
      if (item.local) URL.revokeObjectURL(item.local);
      this.items = this.items.filter((other) => other !== item);
      this.problem = "";
      this.said = this.say("removed", item);
      this.$refs.button.focus();
      this.next();
    },
    /** Forget all files: they were sent, or the draft begins anew. */
    clear() {
      this.items = [];
      this.problem = "";
    },
    show(files) {
      const known = new Set(this.keys);
      this.items.push(...files.filter((file) => !known.has(file.key)).map((file) => this.done({ id: ++count }, file)));
    },
    say(word, item) {
      return fill(this.words[word], { name: item.name });
    },
    sized(bytes) {
      let unit = 0;
      while (bytes >= 1024 && unit < UNITS.length - 1) {
        bytes /= 1024;
        unit++;
      }
      const digits = unit && bytes < 100 ? 1 : 0;
      return new Intl.NumberFormat(this.language, { style: "unit", unit: UNITS[unit], unitDisplay: unit ? "short" : "long", maximumFractionDigits: digits }).format(bytes);
    },
  },
};
