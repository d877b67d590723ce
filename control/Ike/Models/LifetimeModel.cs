namespace IpsecDp.Ike.Models;

/// <summary>When an SA is replaced and when it ends at the latest.</summary>
/// <param name="Rekey">Age at which a successor is asked for; zero for never.</param>
/// <param name="Jitter">Share of <paramref name="Rekey"/>, 0 to 1, that dice take off it, so that both ends and many SAs do not start at once (RFC 7296 §2.8).</param>
/// <param name="Hard">Age at which it ends without one; zero for never.</param>
public readonly record struct LifetimeModel(TimeSpan Rekey, double Jitter, TimeSpan Hard)
{
    /// <summary>Replaced after an hour less up to a tenth, ended ten minutes later.</summary>
    public static LifetimeModel OfChild => new(TimeSpan.FromHours(1), 0.1, TimeSpan.FromMinutes(70));

    /// <summary>Replaced after eight hours less up to a tenth, ended an hour later.</summary>
    public static LifetimeModel OfIke => new(TimeSpan.FromHours(8), 0.1, TimeSpan.FromHours(9));

    /// <summary>The age of one SA's rekey; null for never.</summary>
    public TimeSpan? RekeyAge(IEntropy entropy)
    {
        ArgumentNullException.ThrowIfNull(entropy);
        if (Rekey == TimeSpan.Zero)
        {
            return null;
        }

        Span<byte> dice = stackalloc byte[4];
        entropy.Fill(dice);
        return Rekey * (1 - (Jitter * BitConverter.ToUInt32(dice) / uint.MaxValue));
    }
}
