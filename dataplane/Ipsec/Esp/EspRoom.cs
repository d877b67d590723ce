using IpsecDp.Crypto;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>What ESP may need around a packet in its buffer, in octets.</summary>
internal readonly struct EspRoom(in EspGeometry geometry)
{
    /// <summary>Outer header, UDP, ESP header and IV.</summary>
    public int Before { get; } = geometry.OuterLength + geometry.Lead;

    /// <summary>Block alignment, trailer, ICV, and what a vector store may touch behind the packet.</summary>
    public int Behind { get; } = geometry.Alignment + EspTrailerView.Length + geometry.IcvLength + PacketSlice.Slack;
}
