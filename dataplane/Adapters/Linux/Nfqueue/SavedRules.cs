namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Finds what is ours in the output of iptables-save(8).</summary>
internal sealed class SavedRules
{
    private readonly List<FoundJump> _jumps = [];
    private readonly List<(string Table, string Chain)> _chains = [];
    private readonly List<string> _own = [];

    /// <summary>Reads what was printed; lines of others are passed over.</summary>
    public SavedRules(string printed)
    {
        var table = "";
        foreach (var line in printed.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '*')
            {
                table = line[1..];
            }
            else if (line[0] == ':' && line[1..].StartsWith(RuleNames.Prefix, StringComparison.Ordinal))
            {
                _chains.Add((table, line[1..].Split(' ')[0]));
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                Read(table, line[3..]);
            }
        }
    }

    /// <summary>Jumps from others' chains into ours.</summary>
    public IReadOnlyList<FoundJump> Jumps => _jumps;

    /// <summary>Our chains.</summary>
    public IReadOnlyList<(string Table, string Chain)> Chains => _chains;

    /// <summary>Whether there is anything of ours.</summary>
    public bool IsEmpty => _chains.Count == 0;

    /// <summary>Rules in our chains, and jumps into them.</summary>
    public int Count => _own.Count;

    /// <summary>All that is ours, to compare with another time.</summary>
    public string Fingerprint => string.Join('\n', _own);

    private void Read(string table, string rule)
    {
        var isInside = rule.StartsWith(RuleNames.Prefix, StringComparison.Ordinal);
        var isJump = !isInside && RuleNames.Jumps.Any(jump => jump.Table == table && rule.EndsWith($" -j {jump.Own}", StringComparison.Ordinal));
        if (isInside || isJump)
        {
            _own.Add($"{table} {rule}");
        }

        if (isJump)
        {
            _jumps.Add(new FoundJump(table, rule));
        }
    }
}
