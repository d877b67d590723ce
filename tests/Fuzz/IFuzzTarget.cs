namespace IpsecDp.Fuzz;

/// <summary>A parser under hostile input: whatever it does with the octets, it neither throws nor breaks what it promises.</summary>
public interface IFuzzTarget
{
    /// <summary>The name on the command line and of the folder under <c>corpus</c>.</summary>
    string Name { get; }

    /// <summary>Parses the octets and looks at every promise; an exception of any kind is a finding.</summary>
    void Run(ReadOnlySpan<byte> input);
}
