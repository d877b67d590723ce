namespace IpsecDp.Throughput.Accounts;

/// <summary>What accounts leave of the throughput: the middle of the ratios within pairs of rounds, its 95 % confidence interval, and the quartiles.</summary>
internal sealed record AccountsCost(int Pairs, double Ratio, double Low, double High, double Lower, double Upper)
{
    private const double Goal = 0.99;

    // Two-sided 95 % of a sign test's normal approximation: half of 1.96 standard deviations of ranks, which are the root of the count.
    private const double RanksOfRoot = 0.98;

    /// <summary>Whether they cost at most a hundredth, as far as the interval tells.</summary>
    public AccountsVerdict Verdict => Low >= Goal ? AccountsVerdict.Holds : High < Goal ? AccountsVerdict.FallsShort : AccountsVerdict.Unknown;

    /// <summary>Judges pairs of packets, a second or a CPU second, with and without; no pair tells nothing.</summary>
    public static AccountsCost Of(IReadOnlyList<(double With, double Without)> pairs)
    {
        double[] ratios = [.. pairs.Select(pair => pair.With / pair.Without).Order()];
        if (ratios.Length == 0)
        {
            return new AccountsCost(0, double.NaN, double.NegativeInfinity, double.PositiveInfinity, double.NaN, double.NaN);
        }

        // Ratios of a disturbed machine have no law that is known; the ranks about the middle have one all the same.
        var reach = (int)Math.Ceiling(RanksOfRoot * Math.Sqrt(ratios.Length));
        var (low, high) = ((ratios.Length / 2) - reach, (ratios.Length / 2) + reach);
        return new AccountsCost(
            ratios.Length,
            ratios[ratios.Length / 2],
            low < 0 ? double.NegativeInfinity : ratios[low],
            high >= ratios.Length ? double.PositiveInfinity : ratios[high],
            ratios[ratios.Length / 4],
            ratios[ratios.Length * 3 / 4]);
    }
}
