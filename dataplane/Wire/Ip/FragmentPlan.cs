namespace IpsecDp.Wire.Ip;

/// <summary>How the fragmentable part of a packet is dealt out: octets in the first fragment, in each later one, in all, and where the whole lies in the original packet.</summary>
internal readonly record struct FragmentPlan(int FirstShare, int LaterShare, int Total, int BaseOffset, bool IsMoreBehind)
{
    /// <summary>A packet that cannot be divided.</summary>
    public static FragmentPlan Impossible => default;

    // RFC 791 §3.1: the whole packet ends within 65535 octets; a piece that lies behind was forged.
    public bool IsPossible => FirstShare > 0 && LaterShare > 0 && BaseOffset + Total <= Ipv4View.MaximumLength;

    public int Count => Total <= FirstShare ? 1 : 1 + (Total - FirstShare + LaterShare - 1) / LaterShare;

    /// <summary>Where a fragment's octets start within the fragmentable part.</summary>
    public int OffsetOf(int index) => index == 0 ? 0 : FirstShare + (index - 1) * LaterShare;

    public int LengthOf(int index) => Math.Min(index == 0 ? FirstShare : LaterShare, Total - OffsetOf(index));

    public bool HasMoreBehind(int index) => IsMoreBehind || index < Count - 1;
}
