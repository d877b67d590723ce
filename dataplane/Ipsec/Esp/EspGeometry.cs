using IpsecDp.Ipsec.Sad;
using IpsecDp.Wire.Ipsec;

namespace IpsecDp.Ipsec.Esp;

/// <summary>The lengths ESP adds to a packet under one model, in octets; worked out once for the SA, because every packet asks for all of them.</summary>
public readonly record struct EspGeometry
{
    // A million SAs carry them.
    private readonly byte _ivLength;
    private readonly byte _icvLength;
    private readonly byte _alignment;
    private readonly byte _lead;
    private readonly byte _outerLength;
    private readonly byte _encapsulationLength;
    private readonly byte _minimumLength;

    /// <summary>Reads the model.</summary>
    public EspGeometry(SaModel model)
    {
        _ivLength = (byte)model.Suite.IvLength;
        _icvLength = (byte)model.Suite.IcvLength;
        _alignment = (byte)model.Suite.Alignment;
        _lead = (byte)BundleGeometry.Lead(model);
        _encapsulationLength = (byte)BundleGeometry.UdpLength(model);
        _minimumLength = (byte)(EspView.HeaderLength + _ivLength + Math.Max(4, (int)_alignment) + _icvLength);
        _outerLength = (byte)(model.Mode == SaMode.Tunnel ? BundleGeometry.OuterLength(model) : 0);
    }

    /// <summary>The IV.</summary>
    public int IvLength => _ivLength;

    /// <summary>The ICV.</summary>
    public int IcvLength => _icvLength;

    /// <summary>What payload, padding and trailer are a multiple of.</summary>
    public int Alignment => _alignment;

    /// <summary>Before the payload: ESP header and IV, and UDP where it is encapsulated.</summary>
    public int Lead => _lead;

    /// <summary>The IP header a tunnel puts in front; 0 in transport mode.</summary>
    public int OuterLength => _outerLength;

    /// <summary>Shortest ESP packet: header, IV, one aligned trailer, ICV.</summary>
    public int MinimumLength => _minimumLength;

    /// <summary>The UDP header around ESP, 0 without encapsulation.</summary>
    public int EncapsulationLength => _encapsulationLength;

    /// <summary>Padding, trailer and ICV behind a payload.</summary>
    public int Trail(int payloadLength) => EspPadding.Length(payloadLength, Alignment) + EspTrailerView.Length + IcvLength;
}
