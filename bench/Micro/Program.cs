using BenchmarkDotNet.Running;
using IpsecDp.Bench.Associations;
using IpsecDp.Bench.Crypto;
using IpsecDp.Bench.Engines;
using IpsecDp.Bench.Line;
using IpsecDp.Bench.Simulation;

const string Quick = "--quick";

if (args is [Quick] or [Quick, "crypto"])
{
    QuickTable.Print(Console.Out);
}

if (args is [Quick] or [Quick, "cbc"])
{
    CbcTable.Print(Console.Out);
}

if (args is [Quick] or [Quick, "line"])
{
    LineTable.Print(Console.Out);
}

if (args is [Quick] or [Quick, "associations"])
{
    AssociationTable.Print(Console.Out);
}

if (args is [Quick] or [Quick, "engines"])
{
    QueueTable.Print(Console.Out);
    PlacementTable.Print(Console.Out);
}

if (args is [Quick] or [Quick, "simulation"])
{
    SimulationTable.Print(Console.Out);
}

if (args is not [Quick, ..])
{
    BenchmarkSwitcher.FromAssembly(typeof(QuickTable).Assembly).Run(args);
}

return 0;
