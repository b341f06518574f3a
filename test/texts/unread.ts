/** Texts of words in the sources that no person reads in the editor, with the reason. The rest goes through `t`. */
export const UNREAD: readonly { readonly file: string; readonly why: string; readonly texts?: readonly string[] }[] = [
  { file: "src/webview/timesheet/main.ts", why: "a selector", texts: ["input:not([type=radio]), select, textarea"] },
];
