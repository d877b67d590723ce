namespace IpsecDp.Ipsec.Sad;

/// <summary>How the outer header of a tunnel takes after the inner one (RFC 4301 §5.1.2.1, §8.1; RFC 6040 for ECN).</summary>
/// <param name="DontFragment">What becomes of DF.</param>
/// <param name="CopiesDscp">Whether DSCP is copied outward (z/OS PassthroughDSCP).</param>
/// <param name="FixedDscp">The outer DSCP where it is not copied, 0 to 63.</param>
/// <param name="CarriesEcn">RFC 6040 normal mode; otherwise the outer header says Not-ECT (compatibility mode).</param>
public sealed record TunnelMarking(DontFragmentRule DontFragment, bool CopiesDscp, byte FixedDscp, bool CarriesEcn)
{
    /// <summary>Copy DF and DSCP, carry ECN: z/OS's defaults.</summary>
    public static TunnelMarking Default { get; } = new(DontFragmentRule.Copy, CopiesDscp: true, FixedDscp: 0, CarriesEcn: true);
}
