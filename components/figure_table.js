// A table of figures: the first cell of a row names it, numbers stand at the right, what leads somewhere is a link.

export default {
  template: `
    <div class="figure-table" tabindex="0" role="group" :aria-label="caption">
      <table>
        <caption class="visually-hidden">{{ caption }}</caption>
        <thead><tr><th v-for="title in head" :key="title" scope="col">{{ title }}</th></tr></thead>
        <tbody>
          <tr v-for="(row, place) in rows" :key="place">
            <component v-for="([text, link], column) in row" :key="column" :is="column ? 'td' : 'th'" :scope="column ? null : 'row'">
              <a v-if="hrefs[link]" class="link quiet" :href="hrefs[link]">{{ text }}</a><template v-else>{{ text }}</template>
            </component>
          </tr>
        </tbody>
      </table>
      <p v-if="note" class="soft small">{{ note }}</p>
    </div>`,
  props: { caption: String, note: String, head: Array, rows: Array, hrefs: Array }, // a cell is its text and the place of its address
};
