using System.Text;

namespace Offload.Tests.Engines.Order;

/// <summary>One thread of the explored world: the call it is in, what the steps of that call returned, and its buffered stores.</summary>
internal sealed class ThreadState
{
    public int Call { get; set; }

    public List<int> Seen { get; private init; } = [];

    public List<(int Cell, int Value)> Buffer { get; private init; } = [];

    public ThreadState Copy() => new() { Call = Call, Seen = [.. Seen], Buffer = [.. Buffer] };

    public void AppendTo(StringBuilder key)
    {
        key.Append('|').Append((char)(Call + 64));
        foreach (var result in Seen)
        {
            key.Append((char)(result + 64));
        }

        key.Append('/');
        foreach (var (cell, value) in Buffer)
        {
            key.Append((char)(cell + 64)).Append((char)(value + 64));
        }
    }
}
