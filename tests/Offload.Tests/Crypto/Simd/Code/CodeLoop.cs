using System.Text.RegularExpressions;

namespace Offload.Tests.Crypto.Simd.Code;

/// <summary>The instructions of a loop, from the label a jump goes back to, to that jump.</summary>
internal sealed partial record CodeLoop(IReadOnlyList<string> Instructions)
{
    /// <summary>Loads and stores of vectors on the stack: what the registers had no room for.</summary>
    public int Spills => Instructions.Count(line => StackVector().IsMatch(line));

    /// <summary>Calls of other methods.</summary>
    public int Calls => Count("call");

    /// <summary>Instructions whose name begins so.</summary>
    public int Count(string name) => Instructions.Count(line => line.StartsWith(name, StringComparison.Ordinal));

    /// <summary>The shortest loop of a method with at least so many instructions of a kind; throws when there is none.</summary>
    public static CodeLoop Find(string[] method, string name, int atLeast) =>
        All(method).Where(loop => loop.Count(name) >= atLeast).MinBy(loop => loop.Instructions.Count)
            ?? throw new InvalidOperationException($"no loop has {atLeast} times {name}");

    private static List<CodeLoop> All(string[] method)
    {
        var labels = new Dictionary<string, int>();
        var instructions = new List<string>();
        var loops = new List<CodeLoop>();
        foreach (string line in method)
        {
            if (Label().Match(line) is { Success: true } label)
            {
                labels[label.Groups[1].Value] = instructions.Count;
            }
            else if (line.StartsWith("       ", StringComparison.Ordinal) && line.TrimStart() is { Length: > 0 } instruction && !instruction.StartsWith("align", StringComparison.Ordinal))
            {
                instructions.Add(instruction);
                if (Jump().Match(instruction) is { Success: true } jump && labels.TryGetValue(jump.Groups[1].Value, out int start))
                {
                    loops.Add(new CodeLoop(instructions[start..]));
                }
            }
        }

        return loops;
    }

    [GeneratedRegex(@"^(G_M\w+):")]
    private static partial Regex Label();

    [GeneratedRegex(@"^j\w+\s+(?:SHORT\s+)?(G_M\w+)", RegexOptions.None)]
    private static partial Regex Jump();

    [GeneratedRegex(@"[xyz]mmword ptr \[r[sb]p")]
    private static partial Regex StackVector();
}
