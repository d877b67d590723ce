using IpsecDp.Ike.Messages.Framing;

namespace IpsecDp.Ike.Messages.Payloads;

/// <summary>A payload as a value: parsed whole, or not at all.</summary>
public abstract record IkePayload
{
    /// <summary>Its number in the chain.</summary>
    public abstract PayloadType Type { get; }

    /// <summary>Octets behind the generic header.</summary>
    public abstract int BodyLength { get; }

    /// <summary>Octets with the generic header.</summary>
    public int WireLength => PayloadFrame.HeaderLength + BodyLength;

    /// <summary>Writes the <see cref="BodyLength"/> octets behind the generic header.</summary>
    public void WriteBody(Span<byte> body)
    {
        var writer = new PayloadWriter(body);
        Write(ref writer);
    }

    internal abstract void Write(ref PayloadWriter writer);
}
