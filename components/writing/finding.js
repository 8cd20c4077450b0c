// Looking for a name among many people: what pickers of people share.

const MANY = 8; // from here on one looks for a name

export const finding = {
  data: () => ({ query: "" }),
  computed: {
    many() {
      return this.people.length > MANY;
    },
    found() {
      const words = this.query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      return this.people.filter((person) => words.every((word) => person.name.toLocaleLowerCase().includes(word)));
    },
  },
};
