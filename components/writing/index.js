// What the request form and the composer share: uploads, files that are dropped or pasted, and what the server has not got yet.
export { Uploads } from "./uploads.js";
export { PersonPicker } from "./person_picker.js";
export { SharePicker } from "./share_picker.js";
export { Mirror } from "./mirror.js";
export { catchFiles } from "./catch_files.js";
export { Icon } from "./icon.js";
export { holdPaste } from "./hold_paste.js";
export { onConnect } from "./on_connect.js";
export { fill, lettersIn } from "./text.js";
