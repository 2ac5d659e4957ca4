/** Sub-commands report how they ended through this cell; errors are thrown. */
export interface Exit {
  code: number;
}
