using IpsecDp.Policy.Text;
using IpsecDp.Wire.Selectors;

namespace IpsecDp.Policy.Config;

/// <summary>One side of a rule: addresses written in place, or a name of an IpAddr, IpAddrSet or IpAddrGroup.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Ranges">The addresses in place; empty for a name.</param>
/// <param name="Kind">What the name names.</param>
/// <param name="Name">The name; null in place.</param>
internal sealed record AddressChoice(SourcePosition Position, IReadOnlyList<AddressRange> Ranges, AddressNameKind Kind, string? Name)
{
    /// <summary>Every address of both versions, the default; it takes whatever version the other side has.</summary>
    public bool IsAll => Name is null && Ranges.Count == 2;

    /// <summary>Every address of both versions.</summary>
    public static AddressChoice All(SourcePosition position) => new(position, [AddressRange.AnyV4, AddressRange.AnyV6], AddressNameKind.Address, null);
}
