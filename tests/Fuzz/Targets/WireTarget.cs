namespace IpsecDp.Fuzz.Targets;

/// <summary>A target whose parser writes through its view: it gets a copy of the input, and nothing around the copy may change.</summary>
public abstract class WireTarget(string name) : IFuzzTarget
{
    private const int Guard = 16;
    private const byte GuardOctet = 0xA5;

    private readonly byte[] _room = new byte[Guard + InputMutator.MaximumLength + Guard];

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        input = input[..Math.Min(input.Length, InputMutator.MaximumLength)];
        var octets = _room.AsSpan(Guard, input.Length);
        var before = _room.AsSpan(0, Guard);
        var behind = _room.AsSpan(Guard + input.Length, Guard);
        before.Fill(GuardOctet);
        behind.Fill(GuardOctet);
        input.CopyTo(octets);
        Parse(octets);
        Promise.Holds(!before.ContainsAnyExcept(GuardOctet) && !behind.ContainsAnyExcept(GuardOctet), "writes stay within the octets");
    }

    /// <summary>Parses the octets and looks at every promise.</summary>
    protected abstract void Parse(Span<byte> octets);
}
