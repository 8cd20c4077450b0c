// The outbox as a list: rows are data, each a real link to the same page with that mail open.
import { Ago } from "ticket-parts";

export default {
  components: { Ago },
  props: { rows: Array, chosen: Number, more: Boolean, label: String, words: Object, language: String },
  emits: ["choose", "more"],
  template: `
    <div class="mail-list-frame">
      <ul v-if="rows.length" class="mail-list" :aria-label="label">
        <li v-for="row in rows" :key="row.id">
          <a class="mail-row" :href="row.href" :aria-current="row.id === chosen ? 'true' : null" @click="choose($event, row)">
            <span class="mail-row-top"><span class="mail-row-kind">{{ row.kind }}</span><Ago :at="row.at" :language="language" :just-now="words.just_now" /></span>
            <span class="mail-row-to">{{ row.to }}</span>
            <span class="mail-row-bottom"><span class="mail-row-about"><span v-if="row.ticket" class="mail-row-ticket">{{ row.ticket }}</span> {{ row.about }}</span><span class="badge" :class="row.tone">{{ row.state }}</span></span>
          </a>
        </li>
      </ul>
      <button v-if="more" type="button" class="button wide" @click="$emit('more')">{{ words.more }}</button>
    </div>`,
  methods: {
    choose(event, row) {
      if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("choose", row.id);
    },
  },
};
