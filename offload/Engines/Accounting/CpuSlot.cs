namespace IpsecDp.Engines.Accounting;

/// <summary>The finest places a meter books to: an account and the class the work was for, where there is one; of eligible work on a general thread also its cause, of handing over also whether an engine's thread did it.</summary>
internal static class CpuSlot
{
    // One more than there are classes, for work that is for none of them.
    private const int Columns = ServiceClasses.Count + 1;
    private const int NoClass = ServiceClasses.Count;
    private const int FirstCause = CpuAccounts.Count;
    private const int EngineHandOver = FirstCause + SpillCauses.Count;

    /// <summary>How many slots there are.</summary>
    public const int Count = (EngineHandOver + 1) * Columns;

    /// <summary>Taking and queueing by an engine's thread.</summary>
    public const int HandOverOnEngine = (EngineHandOver * Columns) + NoClass;

    private static readonly bool[] Waiting = [.. Enumerable.Range(0, Count).Select(slot => slot % Columns == NoClass && AccountOfRow(slot) is CpuAccount.General or CpuAccount.Spin or CpuAccount.Idle or CpuAccount.Workload)];

    private static readonly CpuAccount[] Accounts = [.. Enumerable.Range(0, Count).Select(AccountOfRow)];

    /// <summary>An account, for no class.</summary>
    public static int Of(CpuAccount account) => ((int)account * Columns) + NoClass;

    /// <summary>An account and a class.</summary>
    public static int Of(CpuAccount account, ServiceClass serviceClass) => ((int)account * Columns) + (int)serviceClass;

    /// <summary>Eligible work of a class that ran on a general thread for a cause; without one it was projected.</summary>
    public static int Of(SpillCause cause, ServiceClass serviceClass) => ((FirstCause + (int)cause) * Columns) + (int)serviceClass;

    /// <summary>The account a slot belongs to.</summary>
    public static CpuAccount AccountOf(int slot) => Accounts[slot];

    /// <summary>The class of a slot; null for work that is for none.</summary>
    public static ServiceClass? ClassOf(int slot) => slot % Columns == NoClass ? null : (ServiceClass)(slot % Columns);

    /// <summary>Whether a thread may sleep while it stands there: at its port, without work, or as an application.</summary>
    public static bool MayWait(int slot) => Waiting[slot];

    private static CpuAccount AccountOfRow(int slot) => (slot / Columns) switch
    {
        < FirstCause and var account => (CpuAccount)account,
        EngineHandOver => CpuAccount.HandOver,
        _ => CpuAccount.EligibleOnGeneral,
    };
}
