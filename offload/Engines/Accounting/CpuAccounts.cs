namespace IpsecDp.Engines.Accounting;

/// <summary>The family of accounts as a whole.</summary>
public static class CpuAccounts
{
    /// <summary>How many accounts there are; their values are the numbers below it.</summary>
    public const int Count = (int)CpuAccount.Workload + 1;

    /// <summary>All accounts in order.</summary>
    public static IReadOnlyList<CpuAccount> All { get; } = Enum.GetValues<CpuAccount>();

    /// <summary>Whether the account is the product's; the traffic that exercises it is not.</summary>
    public static bool IsProduct(this CpuAccount account) => account != CpuAccount.Workload;
}
