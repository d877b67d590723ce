namespace IpsecDp.Policy.Compile;

/// <summary>How far names and groups may unfold: a few lines of groups in groups could otherwise stand for more rules than memory holds.</summary>
internal static class ExpansionLimits
{
    /// <summary>Rules of a policy.</summary>
    public const int Rules = 65_536;

    /// <summary>Services, or address ranges, that one rule's names lead to; and the selectors they make together.</summary>
    public const int PerRule = 4_096;

    /// <summary>Selectors of a policy.</summary>
    public const int Selectors = 262_144;

    /// <summary>Names and members of groups looked at for a whole policy.</summary>
    public const int Steps = 4_000_000;

    /// <summary>Pairs of selectors compared to find rules that never decide.</summary>
    public const int Comparisons = 4_000_000;
}
