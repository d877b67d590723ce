namespace IpsecDp.Adapters.Linux;

/// <summary>Walks the control messages the kernel wrote behind a received message (cmsg(3)).</summary>
internal unsafe struct ControlMessages(byte* control, nuint length)
{
    /// <summary>Octets a control message with <paramref name="count"/> octets of content takes, its padding included.</summary>
    public static int SpaceFor(int count) => Aligned(sizeof(Libc.ControlHeader)) + Aligned(count);

    private byte* _next = control;
    private nuint _left = length;

    /// <summary>SOL_… of the message at hand.</summary>
    public int Level { get; private set; }

    /// <summary>Its type within the level.</summary>
    public int Type { get; private set; }

    /// <summary>Its content.</summary>
    public byte* Content { get; private set; }

    /// <summary>Octets of its content.</summary>
    public int Length { get; private set; }

    /// <summary>Goes to the next message; false when there is none.</summary>
    public bool MoveNext()
    {
        if (_left < (nuint)sizeof(Libc.ControlHeader))
        {
            return false;
        }

        var header = (Libc.ControlHeader*)_next;
        if (header->Length < (nuint)sizeof(Libc.ControlHeader) || header->Length > _left)
        {
            return false;
        }

        (Level, Type) = (header->Level, header->Type);
        Content = _next + sizeof(Libc.ControlHeader);
        Length = (int)header->Length - sizeof(Libc.ControlHeader);
        var step = Math.Min((nuint)Aligned((int)header->Length), _left);
        _next += step;
        _left -= step;
        return true;
    }

    /// <summary>Writes a message at <paramref name="target"/> and gives the octets it takes.</summary>
    public static int Write(byte* target, int level, int type, ReadOnlySpan<byte> content)
    {
        var space = SpaceFor(content.Length);
        new Span<byte>(target, space).Clear();
        *(Libc.ControlHeader*)target = new Libc.ControlHeader { Length = (nuint)(sizeof(Libc.ControlHeader) + content.Length), Level = level, Type = type };
        content.CopyTo(new Span<byte>(target + sizeof(Libc.ControlHeader), content.Length));
        return space;
    }

    private static int Aligned(int count) => (count + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1);
}
