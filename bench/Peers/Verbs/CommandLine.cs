using System.CommandLine;

namespace IpsecDp.Peers.Verbs;

/// <summary>The program's verbs; a wrong one, or a wrong option, is told and ends with 2.</summary>
internal static class CommandLine
{
    private const int WrongUsage = 2;

    /// <summary>Runs what was typed and gives the exit code: 0 done, 1 failed, 2 not understood.</summary>
    public static int Run(string[] arguments)
    {
        var root = new RootCommand("Measures tunnels of this machine against one another.") { PeersVerb.Create(), RelayVerb.Create() };
        var parsed = root.Parse(arguments);
        if (parsed.Errors.Count == 0)
        {
            return parsed.Invoke();
        }

        foreach (var error in parsed.Errors)
        {
            Console.Error.WriteLine(error.Message);
        }

        var command = parsed.CommandResult.Command;
        Console.Error.WriteLine($"usage: bench/run {(command == root ? "VERB" : command.Name)} [options]    (bench/run {(command == root ? "VERB" : command.Name)} --help tells more)");
        return WrongUsage;
    }
}
