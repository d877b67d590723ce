using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>The lengths ESP adds to a packet under one model, in octets; worked out once for the SA, because every packet asks for all of them.</summary>
public readonly record struct EspGeometry
{
    /// <summary>Reads the model.</summary>
    public EspGeometry(SaModel model)
    {
        IvLength = model.Suite.IvLength;
        IcvLength = model.Suite.IcvLength;
        Alignment = model.Suite.Alignment;
        Lead = BundleGeometry.Lead(model);
        OuterLength = model.Mode == SaMode.Tunnel ? BundleGeometry.OuterLength(model) : 0;
    }

    /// <summary>The IV.</summary>
    public int IvLength { get; }

    /// <summary>The ICV.</summary>
    public int IcvLength { get; }

    /// <summary>What payload, padding and trailer are a multiple of.</summary>
    public int Alignment { get; }

    /// <summary>Before the payload: ESP header and IV, and UDP where it is encapsulated.</summary>
    public int Lead { get; }

    /// <summary>The IP header a tunnel puts in front; 0 in transport mode.</summary>
    public int OuterLength { get; }

    /// <summary>Shortest ESP packet: header, IV, one aligned trailer, ICV.</summary>
    public int MinimumLength => EspView.HeaderLength + IvLength + Math.Max(4, Alignment) + IcvLength;

    /// <summary>Padding, trailer and ICV behind a payload.</summary>
    public int Trail(int payloadLength) => EspPadding.Length(payloadLength, Alignment) + EspTrailerView.Length + IcvLength;
}
