// The audit log as a table; on narrow windows each entry is a block of its own.
export default {
  emits: ["more"],
  template: `
    <div class="audit-frame">
      <table class="audit-table" v-if="rows.length">
        <caption class="visually-hidden">{{ words.title }}</caption>
        <thead><tr><th v-for="column in columns" :key="column" scope="col">{{ words[column] }}</th></tr></thead>
        <tbody>
          <tr v-for="row in rows" :key="row.id">
            <td class="audit-at"><time :datetime="row.iso" :title="row.full">{{ row.at }}</time></td>
            <td class="strong">{{ row.who || words.portal }}</td>
            <td>{{ row.action }}</td>
            <td>{{ row.subject }}</td>
            <td class="audit-details">{{ row.details }}</td>
            <td class="faint numbers">{{ row.address }}</td>
          </tr>
        </tbody>
      </table>
      <button v-if="more" type="button" class="button" @click="$emit('more')">{{ words.more }}</button>
    </div>`,
  props: { rows: { type: Array, default: () => [] }, columns: Array, words: Object, more: Boolean },
};
