const LOGGED = "for the log and for programs: what a person reads comes of the error's code";

/** Texts of words in the sources that no person reads in the editor, with the reason. The rest goes through `t`. */
export const UNREAD: readonly { readonly file: string; readonly why: string; readonly texts?: readonly string[] }[] = [
  { file: "src/webview/timesheet/main.ts", why: "a selector", texts: ["input:not([type=radio]), select, textarea"] },
  {
    file: "src/ui/webviewPage.ts",
    why: "a content security policy",
    texts: ["default-src 'none'; script-src {}; style-src {}; font-src {}; img-src {}"],
  },
  { file: "src/ui/ledgerCommands.ts", why: "the name of a format", texts: ["Timeclock"] },
  { file: "src/ui/billingCommands.ts", why: LOGGED, texts: ["not connected to a billing system"] },
  {
    file: "src/ui/caseCommands.ts",
    why: LOGGED,
    texts: ["no case with the key {}", "{} is a key of several sources: {}"],
  },
  {
    file: "src/ui/importCommand.ts",
    why: LOGGED,
    texts: ["this folder is not in a git repository", "no repository is open"],
  },
  { file: "src/ui/reviewCommands.ts", why: LOGGED, texts: ["there is no entry {}"] },
  { file: "src/ui/statementCommands.ts", why: LOGGED, texts: ["nothing of {} was approved in this range"] },
  {
    file: "src/ui/taggingCommands.ts",
    why: LOGGED,
    texts: ["the workspace is not trusted", "the files of this folder cannot be written"],
  },
  {
    file: "src/ui/timesheet/actions.ts",
    why: LOGGED,
    texts: [
      "the entry belongs to another connection",
      "the entry is not there any more",
      "the case is not known any more",
    ],
  },
  { file: "src/ui/timesheet/timesheetPanel.ts", why: LOGGED, texts: ["made on figures that had changed"] },
];
