// The answers of a choice: worded in both languages, moved, added, removed while they are new, retired once they were published.
import Field from "portal-kit/field.js";
import { sorting } from "sorting";
import { Icon } from "ticket-parts";

const LANGUAGES = ["ru", "en"];

export default {
  components: { Field, Icon },
  mixins: [sorting],
  inheritAttrs: false,
  props: { rows: Array, fixed: Boolean, label: String, error: String, words: Object, sprite: String },
  emits: ["word", "arrange", "retire", "remove", "add"],
  data: () => ({ languages: LANGUAGES }),
  template: `
    <div class="option-list" role="group" :aria-labelledby="$attrs.id + '-label'" :id="$attrs.id">
      <span class="field-label" :id="$attrs.id + '-label'">{{ label }}</span>
      <ol>
        <li v-for="(row, index) in rows" :key="row.code" class="option-row" :class="[marks(row, index), { retired: row.retired }]" :data-code="row.code">
          <button type="button" class="grip" data-control="grip" :aria-label="row.label + ': ' + words.grip" :title="words.grip" @pointerdown="pressGrip($event, row.code)" @keydown="gripKey($event, row.code)"><Icon name="grip-vertical" :sprite="sprite" /></button>
          <div class="option-words">
            <Field v-for="language in languages" :key="language" :id="$attrs.id + '-' + row.code + '-' + language" class="dense" kind="text" label-hidden :label="words[language].replace('{number}', index + 1)"
              :placeholder="words[language + '_short']" :value="row[language]" :revision="row.revision" :error="row.errors[language] || ''" :error-icon="sprite + '#circle-alert'" autocomplete="off" hint="" optional-word="" name=""
              @change="$emit('word', { code: row.code, language, text: $event })" @submit="$emit('add')" />
            <span v-if="row.retired" class="badge warning">{{ words.retired }}</span>
          </div>
          <button v-if="row.published" type="button" class="button quiet icon-only dense" data-control="retire" :aria-pressed="row.retired ? 'true' : 'false'" :aria-label="row.label + ': ' + (row.retired ? words.restore : words.retire)" :title="row.retired ? words.restore : words.retire" @click="$emit('retire', { code: row.code, on: !row.retired })"><Icon :name="row.retired ? 'eye-off' : 'eye'" :sprite="sprite" /></button>
          <button v-else type="button" class="button quiet icon-only dense" data-control="remove" :aria-label="row.label + ': ' + words.remove" :title="words.remove" @click="$emit('remove', { code: row.code })"><Icon name="x" :sprite="sprite" /></button>
        </li>
      </ol>
      <p v-if="error" class="field-error"><Icon name="circle-alert" :sprite="sprite" /><span>{{ error }}</span></p>
      <div v-if="!fixed" class="row"><button type="button" class="button dense" @click="$emit('add')"><Icon name="plus" :sprite="sprite" />{{ words.add }}</button></div>
      <p v-if="rows.some((row) => row.published)" class="field-hint">{{ words.hint }}</p>
      <p class="visually-hidden" role="status" aria-live="polite">{{ said }}</p>
    </div>`,
  watch: {
    rows(now, before) {
      const added = now.find((row) => !before.some((other) => other.code === row.code));
      if (added && now.length === before.length + 1 && !added.label) this.$nextTick(() => this.$el.querySelector(`[data-code="${CSS.escape(added.code)}"] input`)?.focus());
    },
  },
  methods: {
    arrange(codes) {
      this.$emit("arrange", { codes });
    },
  },
};
