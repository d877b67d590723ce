namespace IpsecDp.Throughput.Accounts;

/// <summary>What a measurement of the accounts' cost says, the worse the later.</summary>
internal enum AccountsVerdict
{
    /// <summary>They cost at most a hundredth.</summary>
    Holds,

    /// <summary>The interval holds both.</summary>
    Unknown,

    /// <summary>They cost more.</summary>
    FallsShort,
}
