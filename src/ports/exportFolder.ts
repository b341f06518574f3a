/** The folder proposed for exports: outside the workspace, which is somebody's repository. */
export interface ExportFolder {
  /** The folder used last, else the person's documents or home. */
  current(): string;
  /** Remembers the folder for the next export, on this computer. */
  use(folder: string): Promise<void>;
  forget(): Promise<void>;
}
