namespace IpsecDp.Throughput.Accounts;

/// <summary>What accounts leave of the throughput: the middle of the ratios within pairs of rounds, and their quartiles.</summary>
internal sealed record AccountsCost(int Pairs, double Ratio, double Lower, double Upper)
{
    /// <summary>Whether they cost at most a hundredth.</summary>
    public bool Holds => Ratio >= 0.99;

    /// <summary>Judges pairs of packets, a second or a CPU second, with and without; none cost nothing.</summary>
    public static AccountsCost Of(IReadOnlyList<(double With, double Without)> pairs)
    {
        double[] ratios = [.. pairs.Select(pair => pair.With / pair.Without).Order()];
        return ratios.Length == 0
            ? new AccountsCost(0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)
            : new AccountsCost(ratios.Length, ratios[ratios.Length / 2], ratios[ratios.Length / 4], ratios[ratios.Length * 3 / 4]);
    }
}
